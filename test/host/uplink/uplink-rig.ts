import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { VirtualClock } from "../../../sim/clock"
import { EmonCmsServer } from "../../../sim/emoncms/server"
import { VirtualLine } from "../../../sim/line/virtual-line"
import { heatPump } from "../../../sim/meter/heat-pump"
import { virtualMeter } from "../../../sim/meter/models"
import { Rig } from "../../../sim/rig"
import type { Listener } from "../../../sim/tcp/tcp"
import { VirtualTcp } from "../../../sim/tcp/virtual-tcp"
import { ToxicProxy } from "../../../sim/toxics/proxy"
import { compileProgram } from "../../../tools/compile/compile"
import { projectRoot } from "../../../tools/project"
import { Detour } from "./detour"

export const WRITE_KEY = "5ec2e7a0b1c3d4e5f60718293a4b5c6d"
export const WIFI_PASSWORD = "open sesame 4711"
export const NODE = "house"

/** Host and ports of everything here. */
const HOST = "127.0.0.1"
const EMONCMS_PORT = 80
const DETOUR_PORT = 8080
const PROXY_PORT = 8081

/** Interval of the readings, in seconds. */
export const SLOT = 10

/** The real program, but it logs all levels. */
export async function talkativeProgram(): Promise<Uint8Array> {
    const main = await readFile(join(projectRoot, "src/main.ts"), "utf8")
    const talk = 'import { Level, setLogLevel } from "./device/log"\nsetLogLevel(Level.Debug)\n'
    const overrides = { "src/main.ts": talk + main }
    const config = {
        board: "emon_esp32_devkit_c",
        line: { driver: "jacdac-serial" as const },
        meters: [{ name: "heatpump", model: "pzem-016" as const, address: 1 }],
        pollSeconds: SLOT,
        uploadSeconds: 30,
    }
    return (await compileProgram({ entry: "src/main.ts", target: "simulator", overrides, config })).bytecode
}

/** When a rig begins by default: 3.2 s into a slot. */
export const MORNING = Date.UTC(2026, 10, 22, 9, 0, 3, 200)

/** The real program between a virtual meter and an EmonCMS behind proxies that cause faults, all in virtual time. */
export class UplinkRig {
    readonly clock: VirtualClock
    readonly emoncms: EmonCmsServer
    /** The power values that EmonCMS took, in order. */
    readonly stored: { time: number; value: number | null }[] = []
    readonly detour: Detour
    readonly proxy: ToxicProxy
    private readonly tcp: VirtualTcp
    private emoncmsListener: Listener | undefined
    private rig!: Rig

    /**
     * @param version of EmonCMS
     * @param start when the device is switched on
     */
    constructor(version: string, start = MORNING) {
        const clock = new VirtualClock(Number.POSITIVE_INFINITY, start, "work")
        const tcp = new VirtualTcp(clock)
        this.clock = clock
        this.tcp = tcp
        this.emoncms = new EmonCmsServer({ clock, writeKey: WRITE_KEY, version })
        this.detour = new Detour(clock, () => tcp.connect({ host: HOST, port: EMONCMS_PORT }))
        this.proxy = new ToxicProxy({ clock, target: { host: HOST, port: DETOUR_PORT }, network: tcp })
    }

    get counters() {
        return this.rig.counters
    }

    get log() {
        return this.rig.log
    }

    /** @param settings other settings of the device; `undefined` removes one */
    async start(bytecode: Uint8Array, settings: Record<string, string | undefined> = {}): Promise<void> {
        const { clock, emoncms } = this
        emoncms.onAccepted(({ node, input, time, value }) => {
            if (node === NODE && input === "power") this.stored.push({ time, value })
        })
        await this.bringServer()
        await this.tcp.listen({ host: HOST, port: DETOUR_PORT }, socket => this.detour.accept(socket))
        const { url } = await this.proxy.listen(PROXY_PORT, HOST)
        const meter = { address: 1, load: heatPump(1), poweredSince: clock.now(), seed: 1 }
        const line = new VirtualLine({
            clock,
            settings: { baudRate: 9600, stopBits: 1 },
            slaves: [virtualMeter("pzem-016", { clock, ...meter })],
        })
        const all = { EMON_URL: url, EMON_KEY: WRITE_KEY, EMON_NODE: NODE, ...settings }
        this.rig = new Rig({
            clock,
            bytecode,
            line,
            settings: new Map(Object.entries(all)),
            network: this.tcp,
            behind: [this.proxy, this.detour, emoncms],
        })
        await this.rig.start()
    }

    /** Starts the server of EmonCMS. */
    async bringServer(): Promise<void> {
        const address = { host: HOST, port: EMONCMS_PORT }
        this.emoncmsListener = await this.tcp.listen(address, socket => this.emoncms.connect(socket))
    }

    /** Stops the server of EmonCMS. */
    async takeServer(): Promise<void> {
        await this.emoncmsListener?.close()
        await this.emoncms.close()
    }

    /** Everything in the flash, including the log as it was written, without the secret values. */
    flashWithoutSecrets(): string {
        const text = Buffer.from(this.rig.simulation.device.flash.image).toString("latin1")
        const key = new RegExp(`"${WRITE_KEY}( [^"]*)?"`, "g")
        return text.replaceAll(key, "").replaceAll(JSON.stringify(WIFI_PASSWORD), "")
    }

    stop(): Promise<void> {
        return this.rig.end()
    }

    /** Lets this many seconds of the device's time pass. */
    pass(seconds: number): Promise<void> {
        return this.rig.pass(seconds)
    }

    /** @returns whether the condition became true in time */
    within(limitSeconds: number, condition: () => boolean): Promise<boolean> {
        return this.rig.within(limitSeconds, condition, 1)
    }
}
