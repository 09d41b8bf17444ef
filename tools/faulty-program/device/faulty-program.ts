import "../../../src/main"
import * as ds from "@devicescript/core"
import { readInTime } from "../../../src/device/settings"
import { FAULT_SERVICE, type Fault } from "./fault"
import { commit } from "./faults"

/* The program with the fault from the setting FAULT two minutes after power-up, and with faults that packets request. */

const FAULT_MS = 120000

/** What the platform provides for servers but does not declare. */
type Platform = typeof ds & {
    _onServerPacket(packet: ds.Packet): Promise<void>
}

const platform = ds as Platform
const answer = platform._onServerPacket

platform._onServerPacket = async packet => {
    if (packet.serviceIndex === FAULT_SERVICE) commit.start(JSON.parse(packet.payload.toString("utf-8")))
    else await answer(packet)
}

const fault = await readInTime<Fault>("FAULT")
if (fault && ds.millis() < FAULT_MS) {
    await ds.sleep(FAULT_MS - ds.millis())
    await commit(fault)
}
