import { createHash } from "node:crypto"
import { chmod } from "node:fs/promises"
import { afterEach, beforeAll, describe, expect, test } from "vitest"
import { PseudoTerminal } from "../../../sim/chip/pseudo-terminal"
import { StandInChip, type StandInChipOptions } from "../../../sim/chip/stand-in-chip"
import { VirtualClock } from "../../../sim/clock"
import { storedSettings } from "../../../sim/vm/stored-settings"
import { compileProgram } from "../../../tools/compile/compile"
import { aligned, deploy, MOST_PROGRAM_BYTES, saveWhatWaits } from "../../../tools/deploy/deploy"
import { DeployFailed, ImageTooLarge, NoChip, NotAsSent, SeveralChips } from "../../../tools/deploy/errors"
import { openAmong, openChip } from "../../../tools/deploy/find-chip"
import { deploy as deployBuilt } from "../../../tools/deploy/main-program"
import type { SerialBus } from "../../../tools/deploy/serial-bus"
import { Device } from "../../../tools/device/device"
import { buildImage } from "../../../tools/image"

/*
 * These tests use a stand-in for the chip, which was never compared with a real one; see `sim/chip/stand-in-chip.ts`.
 */

/** User id without any rights. */
const NOBODY = 65534
const KEY = "0123456789abcdef0123456789abcdef"
const URL = "http://127.0.0.1:1/emoncms"
const settings = {
    device: new Map<string, unknown>([
        ["EMON_URL", URL],
        ["EMON_KEY", KEY],
        ["EMON_NODE", "house"],
        ["LOG_LEVEL", undefined],
    ]),
    wifi: { ssid: "home", password: "long enough" },
}

let program: Uint8Array
let clock: VirtualClock | undefined
const chips: StandInChip[] = []
const buses: SerialBus[] = []

beforeAll(async () => {
    const entry = "src/hello.ts"
    const overrides = {
        [entry]: 'console.log("hello, world")\nwhile (true) { }'.replace("while (true) { }", ""),
    }
    program = (await compileProgram({ entry, target: "simulator", overrides })).bytecode
})

afterEach(async () => {
    for (const bus of buses.splice(0)) await bus.close()
    for (const chip of chips.splice(0)) await chip.pullOut()
    clock?.stop()
    clock = undefined
})

async function plugIn(
    options: Partial<StandInChipOptions> = {},
): Promise<{ chip: StandInChip; path: string }> {
    clock ??= new VirtualClock(1, Date.now())
    const chip = new StandInChip({ clock, networks: { home: "long enough", barn: "other one" }, ...options })
    chips.push(chip)
    return { chip, path: await chip.plugIn() }
}

async function connect(path: string): Promise<{ device: Device; bus: SerialBus }> {
    const bus = await openChip(path)
    buses.push(bus)
    return { device: await Device.find(bus.bus), bus }
}

const hashOf = (bytecode: Uint8Array) => createHash("sha256").update(aligned(bytecode)).digest("hex")

function expectDeployed(chip: StandInChip): void {
    const stored = storedSettings(chip.device.flash.image)
    expect(Buffer.from(stored.get("EMON_KEY")!).toString()).toBe(JSON.stringify(`${KEY} ${URL}`))
    expect(Buffer.from(stored.get("EMON_NODE")!).toString()).toBe('"house"')
    expect(chip.wifi.stored).toEqual({ ssid: "home", password: "long enough" })
    expect(Buffer.from(chip.device.flash.image).includes(Buffer.from(program))).toBe(true)
}

test("deploys program, settings and WiFi and shows the log; a rerun sends no program", async () => {
    const { chip, path } = await plugIn()
    const { device, bus } = await connect(path)
    const said: string[] = []
    const lines: string[] = []
    bus.onLine(line => lines.push(line))
    const first = await deploy(device, { bytecode: program, settings }, s => said.push(s))
    expect(first).toEqual({ sha256: hashOf(program), same: false, saved: false })
    expectDeployed(chip)
    for (let i = 0; i < 50 && !lines.some(line => line.includes("hello")); i++)
        await new Promise(r => setTimeout(r, 50))
    expect(lines.some(line => line === "> hello, world")).toBe(true)
    expect(said.join(" ")).not.toContain(KEY)

    const second = await deploy(device, { bytecode: program, settings }, () => {})
    expect(second.same).toBe(true)
})

test("the running program saves its waiting readings first", async () => {
    const { chip, path } = await plugIn()
    const { device, bus } = await connect(path)
    // A different driver, at which nobody answers: the stand-in for a chip has no pins.
    const config = {
        line: { driver: "jacdac-serial" as const },
        meters: [{ name: "heatpump", model: "pzem-016", address: 1 }],
    }
    const { bytecode } = await buildImage({ config })
    const lines: string[] = []
    bus.onLine(line => lines.push(line))
    await deploy(device, { bytecode, settings }, () => {})
    const said: string[] = []
    const { saved, same } = await deploy(device, { bytecode: program, settings }, sentence =>
        said.push(sentence),
    )
    expect({ saved, same }).toEqual({ saved: true, same: false })
    expect(said[0]).toBe("The program is saving its waiting readings.")
    expectDeployed(chip)
    expect(lines.join("\n")).toMatch(/\bemonscript\b/)
    expect(lines.join("\n")).not.toContain(KEY)
})

test.each([1500, 4000])("copes with a chip that is unresponsive for %i ms while erasing", async eraseMs => {
    const { chip, path } = await plugIn({ eraseMs })
    const { device } = await connect(path)
    await deploy(device, { bytecode: program, settings }, () => {})
    expectDeployed(chip)
})

test("copes with lost and repeated frames", async () => {
    const { chip, path } = await plugIn({ lost: 0.03, repeated: 0.05 })
    const { device } = await connect(path)
    await deploy(device, { bytecode: program, settings }, () => {})
    expectDeployed(chip)
})

test("switches a connected chip to the new network", async () => {
    const { chip, path } = await plugIn()
    chip.wifi.connectedTo = "barn"
    const { device } = await connect(path)
    await deploy(device, { bytecode: program, settings }, () => {})
    await new Promise(r => setTimeout(r, 600))
    expect(chip.wifi.connectedTo).toBe("home")
})

test("repairs the chip on the next run after a power cut", async () => {
    const { chip, path } = await plugIn()
    for (const frames of [3, 9, 16]) {
        const { device, bus } = await connect(path)
        chip.failAfter(frames)
        await deploy(device, { bytecode: program, settings }, () => {}).catch(error => {
            if (!(error instanceof DeployFailed) && !(error instanceof NotAsSent)) throw error
        })
        await bus.close()
        await new Promise(r => setTimeout(r, 500))
        chip.failAfter(undefined)
        const again = await connect(path)
        await deploy(again.device, { bytecode: program, settings }, () => {})
        expectDeployed(chip)
        await again.bus.close()
    }
})

test("continues when the old program does not confirm that it saved its readings", async () => {
    const station = { sendCmdAwaitResponseAsync: () => Promise.reject(new Error("timeout")) }
    const device = { program: async () => [station] } as unknown as Device
    const said: string[] = []
    expect(await saveWhatWaits(device, sentence => said.push(sentence))).toBe(false)
    expect(said.at(-1)).toBe(
        "The program does not confirm that it saved its waiting readings. The deployment continues.",
    )
})

test("reports a chip that is gone", async () => {
    const { chip, path } = await plugIn()
    const { device } = await connect(path)
    const pulled = chip.pullOut()
    await expect(deployBuilt(device, program)).rejects.toThrow("it accepts no program")
    await pulled
})

test("reports a chip that resets while it receives the program", async () => {
    const { chip, path } = await plugIn()
    const { device } = await connect(path)
    const long = new Uint8Array(20_000)
    long.set(program)
    const deploying = deploy(device, { bytecode: long, settings }, sentence => {
        if (sentence.startsWith("Sending")) chip.failAfter(50)
    })
    await expect(deploying).rejects.toThrow("the chip does not answer while the program is sent")
})

test("refuses a program that is too large and leaves the chip unchanged", async () => {
    const { chip, path } = await plugIn()
    const { device } = await connect(path)
    await deploy(device, { bytecode: program, settings }, () => {})
    const before = Buffer.from(chip.device.flash.image)
    const huge = new Uint8Array(MOST_PROGRAM_BYTES + 1)
    await expect(deploy(device, { bytecode: huge, settings }, () => {})).rejects.toThrow(ImageTooLarge)
    expect(Buffer.from(chip.device.flash.image).equals(before)).toBe(true)
})

test("of two simultaneous deployments each fails whose program is not on the chip", async () => {
    const { chip, path } = await plugIn()
    const { device } = await connect(path)
    const overrides = { "src/other.ts": 'console.log("another program")' }
    const bytecode = (await compileProgram({ entry: "src/other.ts", target: "simulator", overrides }))
        .bytecode
    const results = await Promise.allSettled([
        deploy(device, { bytecode: program, settings }, () => {}),
        deploy(device, { bytecode, settings }, () => {}),
    ])
    const failed = results.filter(result => result.status === "rejected")
    expect(failed.length).toBeGreaterThan(0)
    const stored = Buffer.from(chip.device.flash.image)
    for (const [i, code] of [program, bytecode].entries())
        if (!stored.includes(Buffer.from(code))) expect(results[i]!.status).toBe("rejected")
    for (const { reason } of failed)
        expect([DeployFailed, NotAsSent].some(type => reason instanceof type)).toBe(true)
    await deploy(device, { bytecode: program, settings }, () => {})
})

describe("finding the port", () => {
    test("reports a silent port and a missing one", async () => {
        const silent = await PseudoTerminal.open(() => {})
        await expect(openChip(silent.path)).rejects.toThrow(NoChip)
        await silent.close()
        await expect(openChip("/dev/ttyNone")).rejects.toThrow("/dev/ttyNone: there is no such port")
    })

    test("reports a port that only others may use", async () => {
        const port = await PseudoTerminal.open(() => {})
        await chmod(port.path, 0)
        const isRoot = process.geteuid!() === 0
        if (isRoot) process.seteuid!(NOBODY)
        const opening = openChip(port.path).finally(() => {
            if (isRoot) process.seteuid!(0)
        })
        await expect(opening).rejects.toThrow("permission denied; on Linux: sudo usermod -aG dialout $USER")
        await port.close()
    })

    test("asks which of several chips to use, and skips a meter adapter", async () => {
        const first = await plugIn()
        const second = await plugIn({ id: "a1015c2109a40017" })
        const adapter = await PseudoTerminal.open(() => {})
        const paths = [first.path, second.path, adapter.path]
        await expect(openAmong(paths)).rejects.toThrow(new SeveralChips([first.path, second.path]))
        const asked: string[][] = []
        const bus = await openAmong(paths, {
            choose: async answering => {
                asked.push([...answering])
                return second.path
            },
        })
        buses.push(bus)
        expect(asked).toEqual([[first.path, second.path]])
        expect((await Device.find(bus.bus)).id).toBe("a1015c2109a40017")
        // The other port is free again.
        buses.push(await openChip(first.path))
        await adapter.close()
    })

    test("errors name the ports", () => {
        expect(new SeveralChips(["/dev/ttyUSB0", "/dev/ttyUSB1"]).message).toContain(
            "--port: /dev/ttyUSB0, /dev/ttyUSB1",
        )
    })
})
