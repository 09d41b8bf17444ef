import { VirtualClock } from "../../../sim/clock"
import { Device } from "../../../sim/vm/device"
import type { Build } from "../build-job"
import { compileProgram } from "../compile"
import { type Assembly, assemble, disassemble, type Pass } from "../release/assembly"
import { checkImage } from "../release/check"
import { callMethodsDirectly } from "../release/direct-calls"
import { forwardValues } from "../release/forward-values"
import { inlineCalls } from "../release/inline-calls"
import { linkPrototypesLate } from "../release/late-prototypes"
import { numberFunctionsByUse, numberStringsByUse } from "../release/numbering"
import { makePlainObjects } from "../release/plain-objects"
import { shareSlots } from "../release/share-slots"
import type { GeneratedProgram } from "./generate"
import { LAST_LINE, programFile } from "./program-file"

const ENTRY = "src/programs/generated.ts"

/** Time after which all programs of a file have ended, in ms of virtual time. */
const LIMIT_MS = 60_000

/** Begins the line about a program that stops before its end. */
const STOPPED = "stopped with "

/** Passes by what they are called in the result. */
export type Variants = Readonly<Record<string, Pass>>

/** A program that behaves differently in two builds. */
export interface Difference {
    /** If only lines outside the programs differ, the whole file. */
    readonly program: GeneratedProgram
    /** What the compiler's unmodified output printed. */
    readonly expected: readonly string[]
    /** The pass, or the whole build, whose output differs. */
    readonly variant: string
    readonly printed: readonly string[]
}

const nothing: Pass = assembly => assembly

/** Each pass, alone or combined with another. Assembling an image always shortens the jumps. */
const VARIANTS: Variants = {
    "short jumps": nothing,
    "direct calls": callMethodsDirectly,
    "plain objects": assembly => makePlainObjects(callMethodsDirectly(assembly)),
    "late prototypes": linkPrototypesLate,
    "inlined calls": inlineCalls,
    "forwarded values": forwardValues,
    "shared slots": shareSlots,
    "inlined and forwarded": assembly => forwardValues(inlineCalls(assembly)),
    "functions by use": numberFunctionsByUse,
    "texts by use": numberStringsByUse,
}

/** The result of a comparison. */
export interface Comparison {
    readonly differences: readonly Difference[]
    /** Number of lines that the compiler's unmodified output printed, all of which were compared. */
    readonly lines: number
}

/**
 * Runs programs as compiled, after each pass, and as the release build, and compares what they print.
 * @param variants default: all passes of the release build
 * @throws CompileError, BadImageError
 */
export async function compareBuilds(
    programs: readonly GeneratedProgram[],
    variants = VARIANTS,
): Promise<Comparison> {
    const source = programFile(programs)
    const debug = await build("debug", source)
    const assembly: Assembly = disassemble(debug)
    const images = Object.entries(variants).map(
        ([variant, pass]) => [variant, assemble(pass(assembly)).bytecode] as const,
    )
    const expected = await run(debug)
    const differences: Difference[] = []
    for (const [variant, image] of [...images, ["release build", await build("release", source)] as const]) {
        checkImage(image)
        const printed = await run(image)
        if (expected.join("\n") === printed.join("\n")) continue
        const found = programs.flatMap((program, i): Difference[] => {
            const [a, b] = [linesOf(expected, i), linesOf(printed, i)]
            return a.join("\n") === b.join("\n") ? [] : [{ program, expected: a, variant, printed: b }]
        })
        const whole = { program: { text: source, main: "the whole file" }, expected, variant, printed }
        const [first] = found
        const stop = printed.find(line => line.startsWith(STOPPED))
        if (!first) differences.push(whole)
        // The programs after the one that stops did not run.
        else if (stop !== undefined) differences.push({ ...first, printed: [...first.printed, stop] })
        else differences.push(...found)
    }
    return { differences, lines: expected.length }
}

async function build(build: Build, source: string): Promise<Uint8Array> {
    const overrides = { [ENTRY]: source }
    return (await compileProgram({ entry: ENTRY, target: "simulator", build, overrides, cached: false }))
        .bytecode
}

function linesOf(lines: readonly string[], program: number): string[] {
    return lines.filter(line => line.startsWith(`program ${program}: `))
}

/** Runs a program until it ends and returns what it prints, including panics. */
async function run(bytecode: Uint8Array): Promise<string[]> {
    const clock = new VirtualClock(Number.POSITIVE_INFINITY)
    const lines: string[] = []
    let end = () => {}
    const device = new Device({
        clock,
        onLog: ({ level, text }) => {
            if (level) lines.push(text)
            if (text === LAST_LINE) end()
        },
        onProgramStop: code => {
            lines.push(`${STOPPED}${code}`)
            end()
        },
    })
    await device.powerOn()
    device.deploy(bytecode)
    await new Promise<void>(resolve => {
        end = resolve
        clock.setTimeout(resolve, LIMIT_MS)
    })
    device.powerOff()
    clock.stop()
    return lines
}
