import type { FaultPlan } from "../../sim/line/fault-plan"
import type { GatewayHabits } from "../../sim/line/gateway-habits"
import type { VirtualMeter } from "../../sim/meter/virtual-meter"
import type { RemoteClock } from "../../sim/remote-clock"
import type { Toxic } from "../../sim/toxics/toxic"
import type { ActorName } from "../faulty-program/device/fault"
import { signedMilliseconds } from "./duration"
import type { FaultKind, FaultOptions } from "./format"
import { type End, endAll, type Switches } from "./switches"

/** The parts of a world in which something can go wrong. */
export interface FragileWorld {
    readonly tcp: { interrupt(outage: "silent" | "unreachable"): End }
    readonly proxy: { add(toxic: Toxic): Promise<void>; remove(toxic: Toxic): Promise<void> }
    readonly server: {
        writeKey: string
        databaseDown: boolean
        redisDown: boolean
        flushRedis(): void
    }
    /** The server's original key. */
    readonly key: string
    readonly serverClock: RemoteClock
    readonly witnesses: readonly { readonly name: string; readonly meter: VirtualMeter }[]
    readonly line: { readonly faults: FaultPlan }
    readonly switches: Switches
    readonly simulation: { readonly gatewayHabits: GatewayHabits }
    readonly device: BreakableDevice
    /** Writes to the device's inputs as another program would. */
    writeAsAnother(): void
}

/** The faults of a device. */
export interface BreakableDevice {
    /** Resets the chip without warning. */
    reset(): Promise<void>
    /** Cuts the device's power until the fault ends. */
    cutPower(): Promise<End>
    /** Cuts the power during the next write to the flash, until the fault ends. */
    tearNextWrite(): End
    /** Does what an owner with a cable would do: erases the flash, and deploys program and settings again. */
    redeploy(): Promise<void>
    /** Makes an actor of the program, by default a random one, fail in the next round of its loop. */
    strike(does: "throw" | "hang", actor?: ActorName): Promise<void>
}

/** A kind of fault: its parameters, and what it does. */
export interface FaultRule {
    /** Whether it lasts for some time. Otherwise it is over at once. */
    readonly lasts: boolean
    /** Required and optional parameters. */
    readonly needs: readonly (keyof FaultOptions)[]
    readonly takes: readonly (keyof FaultOptions)[]
    /** Starts the fault. Faults of the same kind may overlap; each is ended once. */
    begin(world: FragileWorld, options: FaultOptions): End | Promise<End>
}

const ANOTHER_KEY = "ffffffffffffffffffffffffffffffff"

export const FAULTS: Readonly<Record<FaultKind, FaultRule>> = {
    "server-down": lasting(({ tcp }) => tcp.interrupt("silent")),
    "wifi-gone": lasting(({ tcp }) => tcp.interrupt("unreachable")),
    "server-refuses": lasting(world => harm(world, { type: "down" })),
    "server-stalls": lasting(world => harm(world, { type: "timeout", timeout: 0 })),
    "server-resets": lasting(world => harm(world, { type: "reset_peer", timeout: 0 })),
    toxic: { ...lasting((world, { toxic }) => harm(world, toxic!)), needs: ["toxic"] },
    "key-revoked": lasting(({ server, key, switches }) =>
        switches.begin("key", on => {
            server.writeKey = on ? ANOTHER_KEY : key
        }),
    ),
    "database-down": lasting(({ server, switches }) =>
        switches.begin("database", on => {
            server.databaseDown = on
        }),
    ),
    "redis-down": lasting(({ server, switches }) =>
        switches.begin("redis", on => {
            server.redisDown = on
        }),
    ),
    "redis-restart": momentary(({ server }) => server.flushRedis()),
    "another-writer": momentary(world => world.writeAsAnother()),
    "server-clock": {
        ...lasting(({ serverClock }, { by }) => {
            const offset = signedMilliseconds(by!)
            serverClock.offset += offset
            return () => {
                serverClock.offset -= offset
            }
        }),
        needs: ["by"],
    },
    "server-drift": {
        ...lasting(({ serverClock, switches }, { by }) =>
            switches.begin("drift", on => serverClock.drift(on ? signedMilliseconds(by!) : 0)),
        ),
        needs: ["by"],
    },
    "meter-off": { ...lasting(metersOff), takes: ["meter"] },
    line: { ...lasting(disturb), needs: ["line"], takes: ["rate", "meter"] },
    gateway: { ...lasting(misbehave), needs: ["gateway"], takes: ["rate"] },
    reboot: momentary(({ device }) => device.reset()),
    "power-cut": lasting(({ device }) => device.cutPower()),
    "torn-write": lasting(({ device }) => device.tearNextWrite()),
    redeploy: momentary(({ device }) => device.redeploy()),
    "actor-fault": {
        ...momentary(({ device }, { does, actor }) => device.strike(does!, actor)),
        needs: ["does"],
        takes: ["actor"],
    },
}

function lasting(begin: FaultRule["begin"]): FaultRule {
    return { lasts: true, needs: [], takes: [], begin }
}

function momentary(act: (world: FragileWorld, options: FaultOptions) => void | Promise<void>): FaultRule {
    const begin = async (world: FragileWorld, options: FaultOptions) => {
        await act(world, options)
        return () => {}
    }
    return { lasts: false, needs: [], takes: [], begin }
}

async function harm({ proxy }: FragileWorld, toxic: Toxic): Promise<End> {
    // The proxy tells toxics apart by their identity.
    const own = { ...toxic }
    await proxy.add(own)
    return () => proxy.remove(own)
}

async function metersOff(
    { witnesses, switches }: FragileWorld,
    { meter: wanted }: FaultOptions,
): Promise<End> {
    const ends: End[] = []
    for (const { name, meter } of witnesses) {
        if (wanted !== undefined && name !== wanted) continue
        const end = await switches.begin(meter, off => {
            if (off) meter.powerOff()
            else meter.powerOn()
        })
        ends.push(end)
    }
    return () => endAll(ends)
}

function disturb(
    { line, witnesses, switches }: FragileWorld,
    { line: fault, rate, meter: wanted }: FaultOptions,
): Promise<End> {
    const address = witnesses.find(({ name }) => name === wanted)?.meter.address
    return switches.begin(`line: ${fault}`, on => {
        if (on) line.faults.enable(fault!, { rate, address })
        else line.faults.disable(fault!)
    })
}

function misbehave(
    { simulation: { gatewayHabits }, switches }: FragileWorld,
    { gateway, rate }: FaultOptions,
): Promise<End> {
    return switches.begin(`gateway: ${gateway}`, on => {
        if (on) gatewayHabits.enable(gateway!, rate)
        else gatewayHabits.disable(gateway!)
    })
}
