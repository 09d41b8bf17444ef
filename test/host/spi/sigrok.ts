import { spawnSync } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { test } from "vitest"
import type { ServedFormat } from "../../../sim/spi/served-uart"

/**
 * A test that needs Debian's `sigrok-cli`. Without it the test is skipped with a message, except in CI, where it runs and
 * fails.
 */
export const testWithSigrok = isThere() || process.env.CI ? test : skipped()

function isThere(): boolean {
    return spawnSync("sigrok-cli", ["--version"]).status === 0
}

function skipped() {
    console.warn("Skipped, for want of Debian's sigrok-cli: apt-get install sigrok-cli")
    return test.skip
}

/** How often each sample is repeated, so that the decoder's clock has a finer grid than the waveform. */
const OVERSAMPLING = 10

/** What sigrok's decoders read in samples of a line. A byte holds eight samples, the most significant bit first. */
export class SigrokCapture {
    constructor(
        private readonly samples: Uint8Array,
        private readonly sampleRate: number,
        private readonly format: ServedFormat,
    ) {}

    /** The characters that the UART decoder reads. */
    characters(): Uint8Array {
        return Uint8Array.from(this.decode(this.uart(), ["-B", "uart=rx"]))
    }

    /** Everything that the UART decoder finds wrong. */
    warnings(): string[] {
        const classes = "rx-warnings:rx-parity-err:rx-break"
        return lines(this.decode(this.uart(), ["-A", `uart=${classes}`]))
    }

    /** What the Modbus decoder reads as a request. */
    modbus(): string[] {
        return lines(this.decode(`${this.uart()},modbus:cschannel=RX:scchannel=TX`, ["-A", "modbus"]))
    }

    private uart(): string {
        const { baud, stopBits, parity = "none" } = this.format
        const stop = stopBits === 2 ? "1.5" : "1.0"
        return `uart:rx=0:baudrate=${baud}:parity=${parity}:stop_bits=${stop}`
    }

    private decode(decoders: string, output: string[]): Buffer {
        const folder = mkdtempSync(join(tmpdir(), "emonscript-"))
        try {
            const file = join(folder, "capture.bin")
            writeFileSync(file, this.oversampled())
            const input = `binary:numchannels=1:samplerate=${this.sampleRate * OVERSAMPLING}`
            const { status, stdout, stderr } = spawnSync(
                "sigrok-cli",
                ["-I", input, "-i", file, "-P", decoders, ...output],
                { maxBuffer: 1e8 },
            )
            if (status !== 0) throw new Error(`sigrok-cli: ${stderr}`)
            return stdout
        } finally {
            rmSync(folder, { recursive: true })
        }
    }

    private oversampled(): Buffer {
        const count = this.samples.length * 8
        const spread = Buffer.alloc(count * OVERSAMPLING)
        for (let i = 0; i < count; i++) {
            const level = (this.samples[i >> 3]! >> (7 - (i & 7))) & 1
            spread.fill(level, i * OVERSAMPLING, (i + 1) * OVERSAMPLING)
        }
        return spread
    }
}

function lines(output: Buffer): string[] {
    return output
        .toString()
        .split("\n")
        .filter(line => line !== "")
        .map(line => line.replace(/^\w+-\d+: /, ""))
}
