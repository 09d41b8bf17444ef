import { spawn } from "node:child_process"
import { open as openFile } from "node:fs/promises"
import type { JDBus } from "jacdac-ts"
import { BusPort } from "../../../sim/bus/bus-port"
import { PseudoTerminal } from "../../../sim/chip/pseudo-terminal"
import { constantLoad } from "../../../sim/meter/load"
import type { PeacefairMeter } from "../../../sim/meter/peacefair"
import { pzem016 } from "../../../sim/meter/pzem-016"
import { BusConnection } from "../../../tools/device/bus-connection"
import { Device } from "../../../tools/device/device"
import { projectRoot } from "../../../tools/project"
import { build, closeHouses, type House, type HouseOptions } from "../end-to-end/house"

/** Faster than real time, but slow enough for clients on the bus that live in real time. */
const SPEED = 10
/** The energy that a meter has counted before a test. */
export const ENERGY_WH = 5000

/** The outcome of `npm run device`. */
export interface ToolOutcome {
    readonly code: number | null
    readonly stdout: string
    readonly stderr: string
}

const open: { port: BusPort; connections: BusConnection[] }[] = []

/** A house whose device can be reached like that of `npm start`. */
export class OpenHouse {
    private constructor(
        readonly house: House,
        /** The meter at address 1. */
        readonly meter: PeacefairMeter,
        private readonly port: BusPort,
        private readonly connections: BusConnection[],
    ) {}

    static async build(options: Partial<HouseOptions> = {}): Promise<OpenHouse> {
        const meters: PeacefairMeter[] = []
        const house = await build({
            slaves: clock => {
                const load = constantLoad({ power: 1000 })
                meters.push(pzem016({ clock, load, energyWh: ENERGY_WH }))
                return meters
            },
            speed: SPEED,
            ...options,
        })
        const port = await BusPort.open(house.simulation, house.clock, 0)
        const connections: BusConnection[] = []
        open.push({ port, connections })
        return new OpenHouse(house, meters[0]!, port, connections)
    }

    /** Joins the bus. */
    async join(): Promise<JDBus> {
        const connection = await BusConnection.open([this.port.port])
        this.connections.push(connection)
        return connection.bus
    }

    /** Joins the bus, and looks for the device. */
    async connect(): Promise<Device> {
        return Device.find(await this.join())
    }

    /** Runs `npm run device` in a process of its own, without a terminal. */
    run(...args: string[]): Promise<ToolOutcome> {
        return this.runWith("ignore", args)
    }

    /** Runs `npm run device` at a terminal at which somebody types an answer. */
    async answer(answer: string, ...args: string[]): Promise<ToolOutcome> {
        const terminal = await PseudoTerminal.open(() => {})
        const input = await openFile(terminal.path)
        terminal.write(Buffer.from(`${answer}\n`))
        const outcome = await this.runWith(input.fd, args)
        await input.close()
        await terminal.close()
        return outcome
    }

    private runWith(stdin: "ignore" | number, args: readonly string[]): Promise<ToolOutcome> {
        const line = ["cli/run.mjs", "cli/device/main.ts", "--port", String(this.port.port), ...args]
        const child = spawn(process.execPath, line, { cwd: projectRoot, stdio: [stdin, "pipe", "pipe"] })
        let stdout = ""
        let stderr = ""
        child.stdout!.on("data", data => {
            stdout += data
        })
        child.stderr!.on("data", data => {
            stderr += data
        })
        return new Promise(resolve => child.on("close", code => resolve({ code, stdout, stderr })))
    }
}

/** Call this after each test. */
export async function closeOpenHouses(): Promise<void> {
    for (const { port, connections } of open.splice(0)) {
        for (const connection of connections) await connection.close()
        await port.close()
    }
    await closeHouses()
}
