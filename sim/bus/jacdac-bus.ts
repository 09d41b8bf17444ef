import { JDBus, type Scheduler, Transport } from "jacdac-ts"
import type { Clock, Timer } from "../clock"

/** jacdac-ts' view of a {@link Clock}: time since the bus began, and repeating timers. */
class ClockScheduler implements Scheduler {
    private start: number

    constructor(private readonly clock: Clock) {
        this.start = clock.now()
    }

    get timestamp(): number {
        return this.clock.now() - this.start
    }

    resetTime(delta = 0): void {
        this.start = this.clock.now() - delta
    }

    setTimeout(handler: (...args: unknown[]) => void, delay: number, ...args: unknown[]): Timer {
        return this.clock.setTimeout(() => handler(...args), delay)
    }

    clearTimeout(timer: Timer | undefined): void {
        this.clock.clearTimeout(timer)
    }

    setInterval(handler: (...args: unknown[]) => void, delay: number, ...args: unknown[]): { timer: Timer } {
        const tick = () => {
            interval.timer = this.clock.setTimeout(tick, delay)
            handler(...args)
        }
        const interval = { timer: this.clock.setTimeout(tick, delay) }
        return interval
    }

    clearInterval(interval: { timer: Timer } | undefined): void {
        this.clock.clearTimeout(interval?.timer)
    }
}

/** One end of a Jacdac bus, always connected. Sends frames through a function and gets them through {@link receive}. */
export class FrameTransport extends Transport {
    /** @param sendFrame gets every frame that the services on this bus send */
    constructor(
        name: string,
        private readonly sendFrame: (frame: Uint8Array) => void,
    ) {
        super(name)
    }

    override get connected(): boolean {
        return true
    }

    /** Passes a frame from the other end to the bus. */
    receive(frame: Uint8Array): void {
        this.bus?.processFrame(frame, this.type)
    }

    protected override async transportSendPacketAsync(frame: Uint8Array): Promise<void> {
        this.sendFrame(frame)
    }

    protected override async transportConnectAsync(): Promise<void> {}

    protected override async transportDisconnectAsync(): Promise<void> {}
}

/**
 * A running Jacdac bus for services on this computer, in the time of `clock`; `stop()` ends it. It manages no devices
 * itself (`client: false`), so that it adds nothing to what the program sees.
 */
export function jacdacBus(clock: Clock, transport: Transport): JDBus {
    const bus = new JDBus([transport], {
        client: false,
        disableRoleManager: true,
        scheduler: new ClockScheduler(clock),
    })
    bus.backgroundRefreshRegisters = false
    return bus
}
