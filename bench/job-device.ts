import { VirtualClock } from "../sim/clock"
import { MemoryChip, type MemoryPart } from "../sim/i2c/memory-chip"
import { Rig } from "../sim/rig"
import { compileProgram } from "../tools/compile/compile"
import { defaultConfig } from "../tools/wiring/default-config"
import { JobLine } from "./job-line"
import type { MeterReply } from "./readings"

const START = Date.UTC(2026, 0, 15)

/** Readings that fit into one job: the program's port keeps 512 bytes. */
export const READINGS_PER_JOB = 20

const HEAD_BYTES = 5
const READING_BYTES = 24

/** What the firmware says of its flash when it starts. */
const FREE = /^fstor: mounted; (\d+) free$/

/** Something for the program to do; see `bench/device/jobs.ts`. */
export interface Job {
    readonly kind: number
    readonly number: number
    readonly replies: readonly MeterReply[]
}

/** The VM has stopped the program. */
export class Stopped extends Error {
    constructor(readonly code: number) {
        super(`the program stopped with panic ${code}`)
    }
}

/** A device whose program carries out one job at a time. */
export class JobDevice {
    private constructor(
        private readonly rig: Rig,
        private readonly line: JobLine,
    ) {}

    /**
     * @param entry source of a program that carries out jobs
     * @param part a memory chip for the program
     * @param overrides texts that replace those of source files, by path
     */
    static async start(
        entry: string,
        part?: MemoryPart,
        overrides: Readonly<Record<string, string>> = {},
    ): Promise<JobDevice> {
        const target = "simulator"
        const { bytecode } = await compileProgram({ entry, target, config: defaultConfig, overrides })
        const clock = new VirtualClock(Number.POSITIVE_INFINITY, START)
        const line = new JobLine(part && new MemoryChip(part, () => clock.now()))
        const rig = new Rig({ clock, bytecode, line })
        await rig.start()
        return new JobDevice(rig, line)
    }

    /**
     * Has the program carry out a job.
     * @returns the lines that the program printed
     * @throws Stopped
     */
    async do(job: Job): Promise<readonly string[]> {
        const { log, stops } = this.rig
        log.length = stops.length = 0
        this.line.job = bytesOf(job)
        await this.rig.told(() => stops.length > 0 || log.at(-1)?.text.startsWith("done") === true)
        const [code] = stops
        if (code !== undefined) throw new Stopped(code)
        return log.map(({ text }) => text)
    }

    /** Restarts the chip. @returns how many bytes of the flash for settings were never written, or are free again */
    async freeFlash(): Promise<number> {
        const { log, simulation } = this.rig
        log.length = 0
        simulation.device.powerOff()
        await simulation.device.powerOn()
        const told = () => log.map(({ text }) => FREE.exec(text)?.[1]).find(bytes => bytes !== undefined)
        await this.rig.told(() => told() !== undefined)
        return Number(told())
    }

    stop(): Promise<void> {
        return this.rig.end()
    }
}

function bytesOf({ kind, number, replies }: Job): Uint8Array {
    const bytes = Buffer.alloc(HEAD_BYTES + replies.length * READING_BYTES)
    bytes.writeUInt16LE(bytes.length, 0)
    bytes.writeUInt8(kind, 2)
    bytes.writeUInt16LE(number, 3)
    for (const [i, { at, registers }] of replies.entries()) {
        bytes.writeUInt32LE(at, HEAD_BYTES + i * READING_BYTES)
        bytes.set(registers, HEAD_BYTES + i * READING_BYTES + 4)
    }
    return bytes
}
