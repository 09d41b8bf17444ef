import * as ds from "@devicescript/core"
import { Mailbox } from "../../kernel/mailbox"
import type { Topic } from "../../kernel/topic"
import type { Meter } from "../../line/meters/profile"
import type { ModbusClient } from "../../line/modbus-client"
import type { ClockEstimate } from "../timekeeper"
import type { LineRequest } from "./command-request"
import type { LineCommands } from "./commands"
import { type LineTopics, Poller } from "./poller"

/**
 * A poller that also carries out commands between rounds, and holds the rounds that are due between the steps of a long
 * command. A separate class, because commands take a tenth of the heap.
 */
export class CommandedPoller extends Poller<LineRequest> {
    declare protected readonly mailbox: Mailbox<LineRequest>
    /** When all meters have settled and their answers mean something. */
    private readonly settledAt: number

    constructor(
        client: ModbusClient,
        meters: Meter[],
        pollMs: number,
        topics: LineTopics,
        clock: Topic<ClockEstimate>,
        private readonly commands: LineCommands,
    ) {
        super(client, meters, pollMs, topics, clock, new Mailbox<LineRequest>(4, "drop-newest"))
        this.settledAt = this.dueAt
        this.listen(commands.desk.requests, this.enqueue)
    }

    protected override async handle(request: LineRequest) {
        const restMs = this.settledAt - ds.millis()
        if (restMs > 0) await ds.sleep(restMs)
        await this.commands.carryOut(request, this.watches, this.giveWay)
    }

    /** Called between two steps of a command: holds a round if one is due. */
    private async giveWay() {
        this.beat = ds.millis()
        if (this.beat >= this.dueAt) await this.tick()
    }

    private enqueue(request: LineRequest) {
        if (!this.mailbox.post(request)) this.commands.refuse(request, "the line is busy; try again later")
    }
}
