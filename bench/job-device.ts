import { VirtualClock } from "../sim/clock"
import { MemoryChip, type MemoryPart } from "../sim/i2c/memory-chip"
import { Simulation } from "../sim/simulation"
import { Flash } from "../sim/vm/flash"
import { compileProgram } from "../tools/compile/compile"
import { defaultConfig } from "../tools/wiring/default-config"
import { JobLine } from "./job-line"
import type { MeterReply } from "./readings"

const START = Date.UTC(2026, 0, 15)

/** Readings that fit into one job: the program's port keeps 512 bytes. */
export const READINGS_PER_JOB = 20

const HEAD_BYTES = 5
const READING_BYTES = 24

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
    readonly flash: Flash
    private onLine: (text: string) => void = () => {}
    private answer: { lines: string[]; done(): void; failed(error: Error): void } | undefined

    private constructor(
        private readonly clock: VirtualClock,
        private readonly line: JobLine,
        private readonly simulation: Simulation,
        flash: Flash,
    ) {
        this.flash = flash
    }

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
        const flash = new Flash()
        const simulation = new Simulation({
            clock,
            bytecode,
            line,
            flash,
            settings: new Map(),
            onLog: ({ text }) => device.hear(text),
            onProgramStop: code => device.answer?.failed(new Stopped(code)),
        })
        const device: JobDevice = new JobDevice(clock, line, simulation, flash)
        await simulation.start()
        return device
    }

    /**
     * Has the program carry out a job.
     * @returns the lines that the program printed
     * @throws Stopped
     */
    async do(job: Job): Promise<readonly string[]> {
        const lines: string[] = []
        try {
            await new Promise<void>((resolve, reject) => {
                this.answer = { lines, done: resolve, failed: reject }
                this.line.job = bytesOf(job)
            })
            return lines
        } finally {
            this.answer = undefined
        }
    }

    /** Restarts the chip. @returns how many bytes of the flash for settings were never written, or are free again */
    async freeFlash(): Promise<number> {
        const { device } = this.simulation
        device.powerOff()
        return await new Promise<number>((resolve, reject) => {
            this.onLine = text => {
                const [, bytes] = /^fstor: mounted; (\d+) free$/.exec(text) ?? []
                if (bytes !== undefined) resolve(Number(bytes))
            }
            device.powerOn().catch(reject)
        })
    }

    async stop(): Promise<void> {
        await this.simulation.stop()
        this.clock.stop()
    }

    private hear(text: string): void {
        this.onLine(text)
        if (!this.answer) return
        this.answer.lines.push(text)
        if (text.startsWith("done")) this.answer.done()
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
