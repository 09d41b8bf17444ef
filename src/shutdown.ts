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
 * What all of it may take, in ms: slots are full late in a long outage, and readings are thinned until they fit. The program
 * ends then, whatever is not saved.
 */
const SHUTDOWN_MS = 300000

/** What the log may take of that, in ms. */
const LOG_MS = 15000

/** A deployment that was announced comes within this time, in ms. */
const DEPLOYMENT_MS = 60000

/** The only place that ends the program: it stops the actors, and saves what waits. */
export class Shutdown {
    /** `undefined` until it is open. */
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
     * @param reason for the log of the start that follows; `undefined` for none
     */
    async restart(ending: Ending, reason: string | undefined) {
        await this.save(ending, reason)
        if (ending === Ending.Chip) ds.reboot()
        else ds.restart()
    }

    /** Gets everything into the flash, and waits for a deployment. When none comes, the program restarts. */
    async prepare() {
        await this.save(Ending.Program, undefined)
        spawn("shutdown", this.restartUnlessDeployed)
    }

    private async restartUnlessDeployed() {
        await ds.sleep(DEPLOYMENT_MS)
        await this.restart(Ending.Program, "no deployment came")
    }

    /**
     * A log that cannot be saved does not keep the readings from being saved. A store that hangs until the deadline does keep the
     * reason from being noted.
     * @param ending what is about to end
     * @param reason `undefined` for none to be noted
     */
    private async save(ending: Ending, reason: string | undefined) {
        const { supervisor, lock, restarts, log, queue, taken } = this
        supervisor.stop()
        await lock.acquire()
        const steps = async () => {
            try {
                // one that was not opened would overwrite the log that is there
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
