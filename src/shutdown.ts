import * as ds from "@devicescript/core"
import type { LogBlocks } from "./actors/logbook/log-blocks"
import type { Restarts } from "./device/restarts"
import { withDeadline } from "./kernel/deadline"
import { reportFault, spawn } from "./kernel/fault"
import { Lock } from "./kernel/lock"
import type { Mailbox } from "./kernel/mailbox"
import type { Supervisor } from "./kernel/supervisor"
import type { Reading } from "./line/meters/profile"
import { Ending } from "./queue/codec/checkpoint"
import type { ReadingQueue } from "./queue/reading-queue"

/**
 * Time limit for the whole shutdown, in ms: late in a long outage all slots are full, and readings are thinned until they fit.
 * After that the program ends, even with readings unsaved.
 */
const SHUTDOWN_MS = 300000

/** How much of that the log may take, in ms. */
const LOG_MS = 15000

/** How long to wait for an announced deployment, in ms. */
const DEPLOYMENT_MS = 60000

/** Stops the actors, saves log and readings, and ends the program. Only the last resort in `boot.ts` bypasses it. */
export class Shutdown {
    /** `undefined` until the queue is open. */
    queue: ReadingQueue | undefined = undefined
    private readonly lock = new Lock()

    /** @param taken readings that are not in the queue yet */
    constructor(
        private readonly restarts: Restarts,
        private readonly supervisor: Supervisor,
        private readonly log: LogBlocks,
        private readonly taken: Mailbox<Reading>,
    ) {}

    /**
     * Restarts the program, or the chip.
     * @param reason logged by the next start; `undefined` to note none
     */
    async restart(ending: Ending, reason: string | undefined) {
        await this.save(ending, reason)
        if (ending === Ending.Chip) ds.reboot()
        else ds.restart()
    }

    /** Saves everything before a deployment. If none follows, the program restarts. */
    async prepare() {
        await this.save(Ending.Program, undefined)
        spawn("shutdown", this.restartUnlessDeployed)
    }

    private async restartUnlessDeployed() {
        await ds.sleep(DEPLOYMENT_MS)
        await this.restart(Ending.Program, "no deployment followed")
    }

    /**
     * Stops the actors, then saves the log and the readings, and notes the reason. If saving the log fails, the readings are
     * still saved. If the store hangs until the deadline, the reason is not noted.
     * @param ending what is about to end
     * @param reason `undefined` to note none
     */
    private async save(ending: Ending, reason: string | undefined) {
        const { supervisor, lock, restarts, log, queue, taken } = this
        supervisor.stop()
        await lock.acquire()
        const steps = async () => {
            try {
                // an unopened log would overwrite the one in flash
                if (log.opened) await withDeadline("log", LOG_MS, log.save)
            } catch (e) {
                reportFault("log", e as Error)
            }
            if (queue) {
                const { waiting } = taken
                while (waiting.length > 0) await queue.append(waiting.shift() as Reading)
                await queue.save(ending, ds.millis())
            }
            if (reason !== undefined) await restarts.note(reason)
        }
        try {
            await withDeadline("shutdown", SHUTDOWN_MS, steps)
        } catch (e) {
            reportFault("shutdown", e as Error)
        }
        lock.release()
    }
}
