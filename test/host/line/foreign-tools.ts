import { type ChildProcess, execFile, spawn, spawnSync } from "node:child_process"
import { existsSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { promisify } from "node:util"
import { test } from "vitest"

/** Debian's own interpreter, which sees Debian's packages. */
export const PYTHON = "/usr/bin/python3"

/**
 * A test that needs `socat` and Debian's `python3-pymodbus`. Without them it is skipped with a message, except in CI, where
 * it runs and fails.
 */
export const testWithForeignTools = missingTools().length === 0 || process.env.CI ? test : skipped()

function missingTools(): string[] {
    const works = (command: string, ...args: string[]) => spawnSync(command, args).status === 0
    return [
        ...(works("socat", "-V") ? [] : ["socat"]),
        ...(works(PYTHON, "-c", "import pymodbus, serial_asyncio") ? [] : ["python3-pymodbus"]),
    ]
}

function skipped() {
    console.warn(
        `Skipped, for want of Debian's ${missingTools().join(" and ")}: apt-get install socat python3-pymodbus`,
    )
    return test.skip
}

const running = new Set<ChildProcess>()
const folders = new Set<string>()

/** Ends the processes that a test has started, and removes its ports. */
export function endForeignTools(): void {
    for (const child of running) child.kill()
    running.clear()
    for (const folder of folders) rmSync(folder, { recursive: true })
    folders.clear()
}

function folderForPorts(): string {
    const folder = mkdtempSync(join(tmpdir(), "ports-"))
    folders.add(folder)
    return folder
}

function start(command: string, args: string[]): ChildProcess {
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "inherit"] })
    running.add(child)
    return child
}

/** Two serial ports without hardware, joined so that each hears what the other sends. */
export async function portPair(): Promise<{ ours: string; theirs: string; unplug: () => void }> {
    const folder = folderForPorts()
    const [ours, theirs] = [join(folder, "ours"), join(folder, "theirs")]
    const socat = start("socat", [`PTY,link=${ours},rawer`, `PTY,link=${theirs},rawer`])
    await appearance(ours)
    await appearance(theirs)
    return { ours, theirs, unplug: () => socat.kill() }
}

/** A serial port without hardware whose other end is a TCP server on this computer. */
export async function portTo(tcpPort: number): Promise<string> {
    const path = join(folderForPorts(), "meter")
    start("socat", [`PTY,link=${path},rawer`, `TCP:127.0.0.1:${tcpPort},nodelay`])
    await appearance(path)
    return path
}

async function appearance(path: string): Promise<void> {
    while (!existsSync(path)) await new Promise(resolve => setTimeout(resolve, 10))
}

/** Starts a program from this folder, and waits until it prints "ready". */
export async function startPython(program: string, ...args: string[]): Promise<void> {
    const child = start(PYTHON, [join(import.meta.dirname, program), ...args])
    for await (const line of createInterface({ input: child.stdout! })) {
        if (line === "ready") return
    }
    throw new Error(`${program} ended before it was ready`)
}

/** Runs a program from this folder, and returns the JSON that it prints. */
export async function runPython(program: string, ...args: string[]): Promise<unknown> {
    const { stdout } = await promisify(execFile)(PYTHON, [join(import.meta.dirname, program), ...args])
    return JSON.parse(stdout)
}
