import { sleep } from "../../sim/clock"
import type { Random } from "../../sim/random"
import type { Rig } from "../../sim/rig"
import { ACTORS, type ActorName, FAULT_SERVICE, type Fault } from "../faulty-program/device/fault"
import type { BreakableDevice } from "./faults"
import type { End, Switches } from "./switches"

/** The longest leap in time. The firmware's timers compare 32-bit microseconds and must run before half their range passes. */
const LEAP_MS = 2_000_000
const TICK_MS = 20

/** Code of the command that causes a fault. */
const STRIKE = 0x80

/** What can happen to a simulated device. */
export class DeviceFaults implements BreakableDevice {
    /** @param onLoss called before the device loses what it has in RAM */
    constructor(
        private readonly rig: Pick<Rig, "clock" | "simulation">,
        private readonly switches: Switches,
        private readonly random: Random,
        private readonly onLoss: () => void = () => {},
    ) {}

    cutPower(): Promise<End> {
        const { device } = this.rig.simulation
        return this.switches.begin("power", off => {
            if (!off) return device.powerOn()
            this.onLoss()
            return device.powerOff()
        })
    }

    reset(): Promise<void> {
        this.onLoss()
        return this.rig.simulation.reset()
    }

    tearNextWrite(): End {
        let powerBack: Promise<End> | undefined
        const takeBack = this.rig.simulation.device.flash.failAt(1, this.random(), () => {
            powerBack = this.cutPower()
        })
        return async () => {
            takeBack()
            if (powerBack) await (await powerBack)()
        }
    }

    /** Does nothing while no program runs. */
    async strike(
        does: "throw" | "hang",
        actor: ActorName = ACTORS[Math.floor(this.random() * ACTORS.length)]!,
    ): Promise<void> {
        const fault: Fault = { kind: does, actor }
        await this.rig.simulation.command(FAULT_SERVICE, STRIKE, Buffer.from(JSON.stringify(fault)))
    }

    /** @param uptime how long the chip has been on by the time of the deployment, in ms */
    async redeploy(uptime = 0): Promise<void> {
        const { clock, simulation } = this.rig
        const { device } = simulation
        this.onLoss()
        device.powerOff()
        device.flash.image = new Uint8Array(0)
        await device.powerOn()
        const end = clock.now() + uptime
        while (clock.now() < end) {
            clock.leap(Math.min(end - clock.now(), LEAP_MS))
            await sleep(clock, TICK_MS)
        }
        await simulation.deploy()
    }
}
