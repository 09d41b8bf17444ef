import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { projectRoot } from "../tools/project"

const FILE = "src/main.ts"
const HEAP_BYTES = /^(const HEAP_BYTES = )(\d+)$/m

/** Bytes of heap that the program reserves for readings. */
export async function heapBytes(): Promise<number> {
    return Number(found(await mainText())[2])
}

/** The overrides for a program that reserves this many bytes more for readings. */
export async function withMoreHeapBytes(bytes: number): Promise<Readonly<Record<string, string>>> {
    const text = await mainText()
    const [line, name, own] = found(text)
    return { [FILE]: text.replace(line, `${name}${Number(own) + bytes}`) }
}

function mainText(): Promise<string> {
    return readFile(join(projectRoot, FILE), "utf8")
}

function found(text: string): RegExpExecArray {
    const match = HEAP_BYTES.exec(text)
    if (!match) throw new Error(`${FILE} does not say how many bytes of heap are for readings`)
    return match
}
