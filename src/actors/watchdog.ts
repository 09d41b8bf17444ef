import * as ds from "@devicescript/core"
import { notice, tellRepeats, warn } from "../device/log"
import type { Restarts } from "../device/restarts"
import { readNumber } from "../device/settings"
import { Actor } from "../kernel/actor"
import type { Supervisor } from "../kernel/supervisor"
import type { Topic } from "../kernel/topic"
import type { SocketOwner } from "../net/socket"
import { Ending } from "../queue/codec/checkpoint"
import type { UploadReport } from "./uplink/upload-report"

/** How often it runs its checks, in ms. */
const ROUND_MS = 60000
const HOUR_MS = 3600000
/**
 * How long an uplink may report nothing while readings wait, in ms, in addition to the time between two uploads. It rests up
 * to 12.5 minutes between two attempts.
 */
const STALL_MS = 1200000

/**
 * The chip restarts between these uptimes, in ms: 40 and 48 days. At 2^32 ms, or 49.7 days, the firmware's sleeping fibers
 * freeze forever.
 */
const RESTART_FROM_MS = 3456000000
const RESTART_UNTIL_MS = 4147200000
/** How often it checks for a quiet moment for that, in ms. */
const LOOK_MS = 1000

/** What it does about a stalled uplink, in this order. */
const CURES = ["replacing it", "closing the socket", "restarting the program"]

/**
 * Does the chores that no other actor does:
 *
 * - Every `LOG_HOURS` it checks the size of the log in flash. If that exceeds `LOG_BYTES`, it has the logbook start a new log.
 * - If readings wait, and the uplink has neither delivered anything nor said why not for 20 minutes plus the time between two
 *   uploads, it replaces the uplink. After the same time again it takes the socket away from whoever has it, and after the
 *   same time again it restarts the program. An unreachable server is no reason for this: the uplink reports it.
 * - It restarts the chip before its clock overflows: as soon as nothing waits for the server, and in any case after 48 days.
 */
export class Watchdog extends Actor<undefined> {
    private roundDue = ds.millis()
    /** 0 until the setting is read. */
    private logDue = 0
    /** `ds.millis()` of the latest sign that the uplink works, or of the latest cure. */
    private progressAt = ds.millis()
    /** Cures tried since the latest sign that the uplink works. */
    private tried = 0

    /**
     * @param uploadMs time between two uploads in ms
     * @param shutdown saves the queue and ends the program; its `queue` is `undefined` until that is open
     */
    constructor(
        private readonly log: { size(): number },
        private readonly rotations: Topic<undefined>,
        private readonly uploadMs: number,
        uploads: Topic<UploadReport>,
        private readonly restarts: Restarts,
        private readonly supervisor: Supervisor,
        private readonly sockets: SocketOwner,
        private readonly shutdown: {
            readonly queue: { readonly length: number } | undefined
            restart(ending: Ending, reason: string | undefined): Promise<void>
        },
    ) {
        super()
        this.dueAt = this.roundDue
        this.listen(uploads, this.progress)
    }

    protected override async tick() {
        const now = ds.millis()
        if (now >= this.roundDue) await this.round(now)
        this.dueAt = this.roundDue
        if (now >= RESTART_FROM_MS) {
            this.dueAt = now + LOOK_MS
            if (this.isIdle() || now >= RESTART_UNTIL_MS) await this.shutdown.restart(Ending.Chip, undefined)
        }
    }

    private async round(now: number) {
        this.roundDue = now + ROUND_MS
        tellRepeats()
        if (now >= this.logDue) await this.checkLog(now)
        if (this.isIdle()) this.progress()
        if (now - this.progressAt >= STALL_MS + this.uploadMs && !this.restarts.safeMode) this.cure(now)
        if (await this.restarts.settle())
            await this.shutdown.restart(Ending.Program, "an hour in safe mode is over")
    }

    private async checkLog(now: number) {
        const isFirst = this.logDue === 0
        this.logDue = now + HOUR_MS * (await readNumber("LOG_HOURS", 24, 1, 720))
        const size = this.log.size()
        if (isFirst || size <= (await readNumber("LOG_BYTES", 600, 100, 16000))) return
        notice("watchdog", "the log has " + size + " bytes, so a new one begins")
        this.rotations.publish(undefined)
    }

    private cure(now: number) {
        const cure = CURES[this.tried]
        this.progressAt = now
        this.tried++
        const reason = "readings wait, but the uplink is stuck: " + cure
        warn("watchdog", reason)
        if (this.tried === 1) this.supervisor.replace("uplink", reason)
        else if (this.tried === 2) this.sockets.reclaim()
        else this.supervisor.report("uplink", reason, true)
    }

    /** Whether nothing waits for the server. */
    private isIdle(): boolean {
        const { queue } = this.shutdown
        return !queue || queue.length === 0
    }

    private progress() {
        this.progressAt = ds.millis()
        this.tried = 0
    }
}
