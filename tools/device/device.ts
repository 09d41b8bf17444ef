import { setTimeout as wait } from "node:timers/promises"
import {
    CMD_GET_REG,
    type JDBus,
    type JDService,
    jdpack,
    jdunpack,
    PACKET_REPORT,
    Packet,
    REPORT_RECEIVE,
    SettingsCmd,
    SRV_DEVICE_SCRIPT_MANAGER,
    SRV_SETTINGS,
    SystemCmd,
} from "jacdac-ts"
import { EmonLogbook, LOGBOOK_INDEX, programIdOf } from "../../sim/bus/services"
import { NoDevice, NoReply, NoServices, SeveralDevices } from "./errors"
import type { LogEntry } from "./log-blocks"

/** Devices announce themselves twice a second. */
const ANNOUNCED_MS = 3000
const LOOK_MS = 100
const REPLY_MS = 1000
const ATTEMPTS = 3

/** A log record that was received as it happened. */
export interface LiveEntry extends LogEntry {
    /** Records since the program started that came too fast to be reported. */
    readonly leftOut: number
}

/** A chip with DeviceScript on a bus, and the services of the program on it. */
export class Device {
    private readonly programId: string

    private constructor(
        private readonly bus: JDBus,
        readonly id: string,
    ) {
        this.programId = programIdOf(id)
    }

    /**
     * @param id how the id of 16 hex digits begins, if there are several devices
     * @throws NoDevice, SeveralDevices
     */
    static async find(bus: JDBus, id = ""): Promise<Device> {
        const there = () =>
            bus.devices({ serviceClass: SRV_DEVICE_SCRIPT_MANAGER }).map(({ deviceId }) => deviceId)
        const wanted = () => there().filter(deviceId => deviceId.startsWith(id.toLowerCase()))
        if (!(await until(() => wanted().length > 0, ANNOUNCED_MS)))
            throw new NoDevice(ANNOUNCED_MS, id, there())
        const ids = wanted()
        if (ids.length > 1) throw new SeveralDevices(ids)
        return new Device(bus, ids[0]!)
    }

    /**
     * The firmware's service of a class; `undefined` if this firmware has none. Looked up every time: after a long silence or a
     * reset, a chip is a new object on the bus, without services until it announces them again.
     * @throws NoReply when it does not announce itself
     */
    async findFirmware(serviceClass: number): Promise<JDService | undefined> {
        const service = (wanted: number) =>
            this.bus.device(this.id, true)?.services({ serviceClass: wanted })[0]
        const isAnnounced = await until(() => service(SRV_DEVICE_SCRIPT_MANAGER) !== undefined, ANNOUNCED_MS)
        if (!isAnnounced) throw new NoReply("it does not announce its services")
        return service(serviceClass)
    }

    /**
     * Like {@link findFirmware}, for a service that every firmware has.
     * @throws NoReply
     */
    async firmware(serviceClass: number): Promise<JDService> {
        const service = await this.findFirmware(serviceClass)
        if (!service) throw new NoReply(`it has no service 0x${serviceClass.toString(16)}`)
        return service
    }

    /**
     * The program's services of a class, in the order of their numbers.
     * @throws NoServices
     */
    async program(serviceClass: number): Promise<JDService[]> {
        const services = () => this.bus.device(this.programId, true)?.services({ serviceClass }) ?? []
        if (!(await until(() => services().length > 0, ANNOUNCED_MS))) throw new NoServices(this.id)
        return services()
    }

    /**
     * The bytes of a setting; empty if it is missing.
     * @throws NoReply
     */
    async setting(key: string): Promise<Uint8Array> {
        const service = await this.firmware(SRV_SETTINGS)
        const packet = Packet.from(SettingsCmd.Get, jdpack("s", [key]))
        for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
            // Replies go to everybody on the bus, so this one may answer the program's own question.
            const [name, value] = jdunpack<[string, Uint8Array]>((await ask(service, packet)).data, "z b")
            if (name === key) return value
        }
        throw new NoReply(`setting ${key}`)
    }

    /**
     * Writes a setting as JSON, as a deployment does.
     * @throws NoReply
     */
    async writeSetting(key: string, value: unknown): Promise<void> {
        const service = await this.firmware(SRV_SETTINGS)
        const json = new TextEncoder().encode(JSON.stringify(value))
        await service.sendPacketAsync(Packet.from(SettingsCmd.Set, jdpack("z b", [key, json])), true)
        await this.setting(key)
    }

    /**
     * Writes or deletes a setting without checking the result: if the flash must first make room, the chip acknowledges late or
     * not at all.
     * @param value written as JSON; `undefined` deletes the setting
     * @throws NoReply
     */
    async sendSetting(key: string, value: unknown): Promise<void> {
        const service = await this.firmware(SRV_SETTINGS)
        const json = new TextEncoder().encode(JSON.stringify(value))
        const packet =
            value === undefined
                ? Packet.from(SettingsCmd.Delete, jdpack("s", [key]))
                : Packet.from(SettingsCmd.Set, jdpack("z b", [key, json]))
        await service.sendPacketAsync(packet, false)
    }

    /**
     * Calls back for every record of the program's log as it happens, whatever the program is, and also after a restart.
     * @returns unsubscribes
     */
    onRecord(onEntry: (entry: LiveEntry) => void): () => void {
        const { code, format } = EmonLogbook.record
        return this.bus.subscribe(PACKET_REPORT, (packet: Packet) => {
            const { deviceIdentifier, serviceIndex, isRegisterGet, registerIdentifier, data } = packet
            if (deviceIdentifier !== this.programId || serviceIndex !== LOGBOOK_INDEX) return
            if (!isRegisterGet || registerIdentifier !== code) return
            const [seconds, leftOut, level, text] = jdunpack<[number, number, number, string]>(data, format)
            onEntry({ seconds, leftOut, level, text, wallTime: false })
        })
    }
}

/** A register of a service: its code, and its format for `jdunpack`. */
export interface Register {
    readonly code: number
    readonly format: string
}

/**
 * Reads a register.
 * @throws NoReply
 */
export async function readRegister<T extends unknown[]>(
    service: JDService,
    { code, format }: Register,
): Promise<T> {
    const { data } = await ask(service, Packet.onlyHeader(CMD_GET_REG | code))
    return jdunpack(data, format) as T
}

/**
 * Reads a register that older programs do not have.
 * @returns `undefined` when the program replies that it does not have it
 * @throws NoReply
 */
export async function findRegister<T extends unknown[]>(
    service: JDService,
    { code, format }: Register,
): Promise<T | undefined> {
    const question = Packet.onlyHeader(CMD_GET_REG | code)
    const answer = await repeat(`${question}`, ATTEMPTS, () => answerOrRefusal(service, question))
    return answer && (jdunpack(answer.data, format) as T)
}

/**
 * Sends a packet until it is answered.
 * @param replyMs how long to wait for each answer
 * @param attempts how often to send it
 * @throws NoReply
 */
export function ask(
    service: JDService,
    packet: Packet,
    replyMs = REPLY_MS,
    attempts = ATTEMPTS,
): Promise<Packet> {
    return repeat(`${packet}`, attempts, () => service.sendCmdAwaitResponseAsync(packet.clone(), replyMs))
}

/** @throws NoReply when no attempt succeeds */
async function repeat<T>(question: string, attempts: number, attempt: () => Promise<T>): Promise<T> {
    for (let number = 1; ; number++) {
        try {
            return await attempt()
        } catch (cause) {
            if (number === attempts) throw new NoReply(question, { cause })
        }
    }
}

/** @returns `undefined` when the service replies that it does not have the register */
async function answerOrRefusal(service: JDService, question: Packet): Promise<Packet | undefined> {
    let stop = () => {}
    const refusal = new Promise<undefined>(resolve => {
        stop = service.subscribe(REPORT_RECEIVE, ({ serviceCommand, data }: Packet) => {
            if (serviceCommand !== SystemCmd.CommandNotImplemented) return
            const [refused] = jdunpack<[number]>(data, "u16")
            if (refused === question.serviceCommand) resolve(undefined)
        })
    })
    try {
        return await Promise.race([service.sendCmdAwaitResponseAsync(question.clone(), REPLY_MS), refusal])
    } finally {
        stop()
    }
}

/** Waits until the condition is true. @returns whether it was true in time */
async function until(condition: () => boolean, ms: number): Promise<boolean> {
    for (const end = performance.now() + ms; !condition(); await wait(LOOK_MS)) {
        if (performance.now() > end) return false
    }
    return true
}
