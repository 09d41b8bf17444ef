import { setTimeout as wait } from "node:timers/promises"
import { type JDService, jdunpack, Packet, REPORT_RECEIVE, SystemCmd } from "jacdac-ts"
import { SRV_EMON_METER } from "../../../../sim/bus/services"
import { OpenHouse } from "../open-house"

export const RESET_ENERGY = 0x80
export const SET_ADDRESS = 0x81
export const SET_ALARM = 0x82

/** A client that only sends a few packets can keep up with a faster house. */
const SPEED = 30

/** How long to wait for the answer to a command, in ms of real time. */
const ANSWER_MS = 10_000

/** How a service answers a command. */
export type Answer = "done" | "not implemented" | "nothing"

/** A house whose bus is open. */
export function openHouse(options: Parameters<typeof OpenHouse.build>[0] = {}): Promise<OpenHouse> {
    return OpenHouse.build({ speed: SPEED, ...options })
}

/** The service of the house's first meter, as another member of the bus sees it. */
export async function meterService(open: OpenHouse): Promise<JDService> {
    const [service] = await (await open.connect()).program(SRV_EMON_METER)
    return service!
}

/** Sends a command once, with this payload, and waits for the answer. */
export async function command(
    service: JDService,
    code: number,
    payload: readonly number[] = [],
): Promise<Answer> {
    let hear = (_: Packet) => {}
    const heard = new Promise<Answer>(resolve => {
        hear = packet => {
            if (packet.serviceCommand === code) resolve("done")
            if (packet.serviceCommand !== SystemCmd.CommandNotImplemented) return
            if (jdunpack<[number, number]>(packet.data, "u16 u16")[0] === code) resolve("not implemented")
        }
    })
    service.on(REPORT_RECEIVE, hear)
    await service.sendPacketAsync(Packet.from(code, Uint8Array.from(payload)))
    const answer = await Promise.race([heard, wait(ANSWER_MS, "nothing" as const, { ref: false })])
    service.off(REPORT_RECEIVE, hear)
    return answer
}
