import {
    CMD_GET_REG,
    ControlCmd,
    type JDBus,
    jdunpack,
    PACKET_PROCESS,
    PACKET_REPORT,
    Packet,
} from "jacdac-ts"
import { type Counters, newCounters } from "../services/counters"
import { FrameTransport, jacdacBus } from "./bus/jacdac-bus"
import { COUNTER_NAMES, EmonStore, programIdOf, STORE_INDEX } from "./bus/services"
import { sleep, type VirtualClock } from "./clock"
import { type Hardware, peripheralsOf } from "./hardware"
import { serveGateway } from "./line/gateway"
import { GatewayHabits } from "./line/gateway-habits"
import { type ServedLine, serveLine } from "./line/jacdac-serial"
import type { SerialLine } from "./line/serial-line"
import type { Listener } from "./tcp/tcp"
import { VirtualTcp } from "./tcp/virtual-tcp"
import { Device, type LogLine } from "./vm/device"
import type { Sockets } from "./vm/firmware"
import type { Flash } from "./vm/flash"
import { routed, type Tap, virtualSockets, watchedSockets } from "./vm/network"
import { provision } from "./vm/provision"
import type { Wifi } from "./vm/wifi"

export interface SimulationOptions {
    readonly clock: VirtualClock
    readonly bytecode: Uint8Array
    /** The line with the meters. */
    readonly line: SerialLine
    /** The hardware that the program was compiled for. When left out, the line is a Jacdac serial service. */
    readonly hardware?: Hardware
    /** The device's settings, by key; none when left out. They are written before the program starts. */
    readonly settings?: ReadonlyMap<string, unknown>
    readonly flash?: Flash
    readonly onLog?: (line: LogLine) => void
    /** Called when the program ends, with 0 if it restarts itself, otherwise with the panic code. */
    readonly onProgramStop?: (code: number) => void
    /** Called with the program's counters whenever it reports them. */
    readonly onCounters?: (counters: Readonly<Counters>) => void
    /** Called when the program sets the device's status light: red, green and blue, 0 to 255 each. */
    readonly onLight?: (color: readonly number[]) => void
    readonly makeTap?: () => Tap
    /** The network that the program's sockets use; this computer's when left out. */
    readonly network?: VirtualTcp
    /** The WiFi under the sockets on this computer's network, for a caller that takes it down; always up when left out. */
    readonly wifi?: Wifi
    /** Whether the gateway to the meters is a real one. When left out, it is a virtual one on the line. */
    readonly realGateway?: boolean
    /** Habits of the virtual gateway; none when left out. */
    readonly gatewayHabits?: GatewayHabits
    /** Counts the program's steps. */
    readonly countsSteps?: boolean
    /** Marks the instructions that the program reaches. */
    readonly marksReached?: boolean
}

const JACDAC_ONLY: Hardware = { line: { driver: "jacdac-serial" }, store: { driver: "settings" } }

const DEVICE_ID = "e3015c2109a40016"
/** Index of the control service, the same on every device. */
const CONTROL_SERVICE = 0

/** How long the program has to answer, in ms. */
const REPLY_MS = 1000

/** Longest time between an event and its appearance in the counters, in ms. */
const COUNTED_MS = 250
/** How many times {@link Simulation.settle} waits at most, if the program keeps logging. */
const PATIENCE = 8

/** A device running the program, and the serial line that it reads, in one process and on one clock. */
export class Simulation {
    /** The program's own counters, as last reported. */
    counters: Readonly<Counters> = newCounters()
    readonly device: Device
    private readonly bus: JDBus
    private readonly hardware: Hardware
    private served: ServedLine | undefined
    /** The network of the virtual gateway to the meters, and the gateway's listener. */
    private readonly gatewayNetwork: VirtualTcp
    private gateway: Listener | undefined
    /** Habits of the virtual gateway. They can change while it runs. */
    readonly gatewayHabits: GatewayHabits
    /** Receivers of the other members of the bus. */
    private readonly members = new Set<(frame: Uint8Array) => void>()
    /** Whether the program has logged nothing since {@link settle} last looked. */
    private quiet = true

    constructor(private readonly options: SimulationOptions) {
        const { clock, flash, onProgramStop, line, hardware = JACDAC_ONLY } = options
        this.hardware = hardware
        this.gatewayHabits = options.gatewayHabits ?? new GatewayHabits()
        this.gatewayNetwork = options.network ?? new VirtualTcp(clock)
        const transport = new FrameTransport("device", frame => {
            this.device.receive(frame)
            this.tell(frame)
        })
        this.device = new Device({
            clock,
            flash,
            id: DEVICE_ID,
            onLog: line => this.log(line),
            onFrame: frame => {
                transport.receive(frame)
                this.tell(frame)
            },
            onProgramStop,
            sockets: this.socketsOf(options),
            countsSteps: options.countsSteps,
            marksReached: options.marksReached,
            peripherals: peripheralsOf(hardware, line, clock),
        })
        this.bus = jacdacBus(clock, transport)
        this.bus.on(PACKET_PROCESS, packet => this.watchLight(packet))
        this.bus.on(PACKET_REPORT, packet => this.watchCounters(packet))
    }

    /** Powers the device on, writes the settings, and starts the program. */
    async start(): Promise<void> {
        const { line, clock, realGateway } = this.options
        if (this.hardware.line.driver === "jacdac-serial") this.served = serveLine(this.bus, line)
        if (this.hardware.line.driver === "tcp" && !realGateway) {
            const { gatewayNetwork, gatewayHabits } = this
            const address = this.hardware.line
            const { mode } = address
            this.gateway = await serveGateway(gatewayNetwork, address, mode, line, clock, gatewayHabits)
        }
        await this.device.powerOn()
        await this.deploy()
    }

    /** Writes the settings to the running device, as every deployment does, and starts a program. */
    async deploy(bytecode = this.options.bytecode): Promise<void> {
        const { clock, settings = new Map() } = this.options
        await provision(this.bus, clock, DEVICE_ID, settings)
        this.device.deploy(bytecode)
    }

    /** Resets the chip over the bus, as the DeviceScript tools do. A running program gets no warning. */
    async reset(): Promise<void> {
        await this.bus.device(DEVICE_ID)?.sendCtrlCommand(ControlCmd.Reset)
    }

    /**
     * Sends a command to one of the program's services.
     * @param service its index among the program's services
     */
    async command(service: number, code: number, data: Uint8Array): Promise<void> {
        const program = this.bus.device(programIdOf(DEVICE_ID))
        if (!program) return
        const packet = Packet.from(code, data)
        packet.serviceIndex = service
        await packet.sendCmdAsync(program)
    }

    /**
     * Reads a register of one of the program's services.
     * @param service its index among them
     * @returns `undefined` when the program does not answer within a second
     */
    async register(service: number, code: number): Promise<Uint8Array | undefined> {
        const id = programIdOf(DEVICE_ID)
        let value: Uint8Array | undefined
        const forget = this.bus.subscribe(PACKET_REPORT, (packet: Packet) => {
            const { deviceIdentifier, serviceIndex, isRegisterGet, registerIdentifier, data } = packet
            if (deviceIdentifier !== id || serviceIndex !== service) return
            if (isRegisterGet && registerIdentifier === code) value = data
        })
        await this.command(service, CMD_GET_REG | code, new Uint8Array(0))
        await sleep(this.options.clock, REPLY_MS)
        forget()
        return value
    }

    /**
     * Adds a member to the bus.
     * @param receive gets every frame from the device and the line
     * @returns `send` passes a frame to the device; calling it after `leave` does no harm
     */
    join(receive: (frame: Uint8Array) => void): { send(frame: Uint8Array): void; leave(): void } {
        this.members.add(receive)
        return {
            send: frame => this.device.receive(frame),
            leave: () => this.members.delete(receive),
        }
    }

    /** Waits until {@link counters} includes everything that has happened so far. */
    async settle(): Promise<void> {
        for (let wait = 0; wait < PATIENCE; wait++) {
            this.quiet = true
            await sleep(this.options.clock, COUNTED_MS)
            if (this.quiet) return
        }
    }

    /** Shuts everything down except the line. */
    async stop(): Promise<void> {
        this.device.powerOff()
        this.served?.stop()
        await this.gateway?.close()
        await this.bus.stop()
    }

    /** Without `network`, the program uses this computer's network, except for the virtual gateway. */
    private socketsOf({ clock, network, makeTap, wifi, realGateway }: SimulationOptions): Sockets {
        if (network) return virtualSockets(clock, network)
        const real = watchedSockets(clock, makeTap)
        const { line } = this.hardware
        const sockets =
            line.driver === "tcp" && !realGateway
                ? routed(line, virtualSockets(clock, this.gatewayNetwork, real.standstill), real)
                : real
        return wifi ? wifi.sockets(sockets) : sockets
    }

    private tell(frame: Uint8Array): void {
        for (const receive of this.members) receive(frame)
    }

    private watchLight(packet: Packet): void {
        const { deviceIdentifier, serviceIndex, isCommand, serviceCommand, data } = packet
        if (deviceIdentifier !== DEVICE_ID || serviceIndex !== CONTROL_SERVICE) return
        if (isCommand && serviceCommand === ControlCmd.SetStatusLight)
            this.options.onLight?.([...data.slice(0, 3)])
    }

    private watchCounters(packet: Packet): void {
        const { deviceIdentifier, serviceIndex, isRegisterGet, registerIdentifier, data } = packet
        if (deviceIdentifier !== programIdOf(DEVICE_ID) || serviceIndex !== STORE_INDEX) return
        const { code, format } = EmonStore.counters
        if (!isRegisterGet || registerIdentifier !== code) return
        const values = jdunpack<number[]>(data, format)
        this.counters = Object.fromEntries(COUNTER_NAMES.map((name, i) => [name, values[i]])) as Counters
        this.options.onCounters?.(this.counters)
    }

    private log(line: LogLine): void {
        this.quiet = false
        this.options.onLog?.(line)
    }
}
