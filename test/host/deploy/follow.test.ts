import { afterEach, beforeEach, expect, test } from "vitest"
import { StandInChip } from "../../../sim/chip/stand-in-chip"
import { VirtualClock } from "../../../sim/clock"
import { compileProgram } from "../../../tools/compile/compile"
import { replaceProgram } from "../../../tools/deploy/deploy"
import { openChip } from "../../../tools/deploy/find-chip"
import { firstUpload } from "../../../tools/deploy/follow"
import type { SerialBus } from "../../../tools/deploy/serial-bus"
import { Device } from "../../../tools/device/device"

/* These tests use a stand-in for the chip, which was never compared with a real one; see `sim/chip/stand-in-chip.ts`. */

const PATIENCE_MS = 60_000

let clock: VirtualClock
let chip: StandInChip
let serial: SerialBus
let lines: string[]

beforeEach(async () => {
    clock = new VirtualClock(1, Date.now())
    chip = new StandInChip({ clock })
    serial = await openChip(await chip.plugIn())
    lines = []
})

afterEach(async () => {
    await serial.close()
    await chip.pullOut()
    clock.stop()
})

/** Has the chip run a program that repeats these statements. */
async function runs(statements: string): Promise<void> {
    const entry = "src/repeated.ts"
    const text = `import { sleep } from "@devicescript/core"\nwhile (true) { await sleep(50); ${statements} }`
    const { bytecode } = await compileProgram({ entry, target: "simulator", overrides: { [entry]: text } })
    await replaceProgram(await Device.find(serial.bus), bytecode)
}

/** Follows the chip, and does something at its first line. */
function follow(ms: number, atFirst = () => {}) {
    return firstUpload(
        serial,
        line => {
            if (lines.push(line) === 1) atFirst()
        },
        ms,
    )
}

test("shows the chip's lines until readings are accepted", async () => {
    await runs('console.warn("uplink: no answer"); console.log("uplink: 1 reading accepted")')
    expect(await follow(PATIENCE_MS)).toEqual({ accepted: true })
    expect(lines.at(-1)).toBe("> uplink: 1 reading accepted")
    const { length } = lines
    await new Promise<string>(resolve => serial.onLine(resolve))
    expect(lines).toHaveLength(length)
})

test("gives up when time is up or the cable is pulled, and names the last problem", async () => {
    await runs('console.warn("uplink: no answer"); console.log("uplink: 3 readings wait")')
    const trouble = "uplink: no answer"
    expect(await follow(500)).toEqual({ accepted: false, unplugged: false, trouble })
    lines = []
    const pulled = await follow(PATIENCE_MS, () => void chip.pullOut())
    expect(pulled).toMatchObject({ accepted: false, unplugged: true })
})
