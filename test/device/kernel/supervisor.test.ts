import * as ds from "@devicescript/core"
import { describe, expect, test } from "@devicescript/test"
import { Actor } from "../../../src/kernel/actor"
import { onFault } from "../../../src/kernel/fault"
import { Mailbox } from "../../../src/kernel/mailbox"
import { type Crash, type RestartPolicy, Supervisor } from "../../../src/kernel/supervisor"
import { Topic } from "../../../src/kernel/topic"
import { subscriptions } from "./subscriptions"

const POLICY: RestartPolicy = { intensity: 3, periodMs: 60000, backoffMs: 10, maxBackoffMs: 40 }

/** Does what its messages say. */
class Puppet extends Actor<string> {
    constructor(
        private readonly id: string,
        orders: Topic<string>,
        private readonly stage: string[],
    ) {
        super(new Mailbox<string>(8, "drop-oldest"))
        this.listen(orders, this.mailbox.post)
        stage.push(id + " made")
    }

    protected override async handle(order: string) {
        if (order === "throw") throw new RangeError("as told")
        if (order === "hang") await ds.suspend()
        if (order === "work for 9 s") await ds.sleep(9000)
        if (order === "work for 20 s") await ds.sleep(20000)
        if (order === "hang then throw") {
            await ds.sleep(2500)
            throw new Error("after the replacement")
        }
        this.stage.push(this.id + " " + order)
    }
}

/** Throws when it is stopped. */
class Clinging extends Actor<string> {
    constructor(private readonly isFirst: boolean) {
        super()
    }

    protected override async started() {
        if (this.isFirst) throw new RangeError("as the first")
    }

    override stop() {
        throw new Error("never")
    }
}

class Troupe {
    readonly stage: string[] = []
    readonly orders = new Topic<string>("orders")
    readonly others = new Topic<string>("others")
    readonly crashes: Crash[] = []
    readonly escalations: Crash[] = []
    readonly supervisor: Supervisor

    constructor(exclusive: boolean, heartbeatMs: number = 1000) {
        const { stage, orders, others, crashes, escalations } = this
        this.supervisor = new Supervisor(POLICY, crash => {
            crashes.push(crash)
            if (crash.escalated) escalations.push(crash)
        })
        this.supervisor.add("one", () => new Puppet("one", orders, stage), heartbeatMs, exclusive)
        this.supervisor.add("two", () => new Puppet("two", others, stage), 100000)
        this.supervisor.start()
    }
}

describe("supervisor", () => {
    test("replaces only the child that throws, without leaks or double delivery", async () => {
        const { stage, orders, others, crashes, supervisor } = new Troupe(false)
        await ds.sleep(5)
        orders.publish("throw")
        await ds.sleep(30)
        orders.publish("bow")
        await ds.sleep(5)
        others.publish("bow")
        await ds.sleep(5)
        expect(stage.join("; ")).toBe("one made; two made; one made; one bow; two bow")
        expect(subscriptions(orders)).toBe(1)
        expect(crashes.length).toBe(1)
        expect(crashes[0].child).toBe("one")
        expect(crashes[0].reason.startsWith("RangeError: as told @")).toBe(true)
        supervisor.stop()
        expect(subscriptions(orders) + subscriptions(others)).toBe(0)
    })

    test("leaks no subscriptions and delivers nothing twice after repeated failures", async () => {
        const { stage, orders, supervisor } = new Troupe(false)
        for (let i = 0; i < 3; i++) {
            await ds.sleep(100)
            orders.publish("throw")
            expect(subscriptions(orders)).toBe(1)
        }
        await ds.sleep(100)
        stage.insert(0, -stage.length)
        orders.publish("bow")
        await ds.sleep(5)
        expect(stage.join("; ")).toBe("one bow")
        expect(subscriptions(orders)).toBe(1)
        supervisor.stop()
    })

    test("loses only the messages sent while a child is being replaced", async () => {
        const { stage, orders, supervisor } = new Troupe(false)
        await ds.sleep(5)
        orders.publish("throw")
        orders.publish("lost with the mailbox")
        await ds.sleep(5)
        orders.publish("lost in the pause")
        await ds.sleep(30)
        orders.publish("bow")
        await ds.sleep(5)
        expect(stage.join("; ")).toBe("one made; two made; one made; one bow")
        supervisor.stop()
    })

    test("applies each child's own heartbeat limit", async () => {
        const { stage, orders, others, crashes, supervisor } = new Troupe(false, 10000)
        await ds.sleep(5)
        others.publish("work for 20 s")
        orders.publish("work for 9 s")
        await ds.sleep(20500)
        expect(stage.join("; ")).toBe("one made; two made; one work for 9 s; two work for 20 s")
        orders.publish("work for 20 s")
        await ds.sleep(12000)
        expect(crashes.length).toBe(1)
        expect(crashes[0].child + ", " + crashes[0].reason).toBe("one, no heartbeat for 10000 ms")
        supervisor.stop()
    })

    test("replaces a child once when asked twice", async () => {
        const { stage, orders, crashes, supervisor } = new Troupe(false)
        await ds.sleep(5)
        supervisor.replace("one", "makes no progress")
        supervisor.replace("one", "makes no progress")
        await ds.sleep(30)
        orders.publish("bow")
        await ds.sleep(5)
        expect(stage.join("; ")).toBe("one made; two made; one made; one bow")
        expect(crashes.length).toBe(1)
        expect(crashes[0].reason).toBe("makes no progress")
        supervisor.stop()
    })

    test("counts one crash when a child fails while being replaced", async () => {
        const { orders, crashes, supervisor } = new Troupe(false)
        await ds.sleep(5)
        orders.publish("throw")
        supervisor.replace("one", "makes no progress")
        await ds.sleep(30)
        expect(crashes.length).toBe(1)
        expect(subscriptions(orders)).toBe(1)
        supervisor.stop()
    })

    test("stops all children once when a restart is requested", async () => {
        const { orders, others, escalations, supervisor } = new Troupe(false)
        await ds.sleep(5)
        orders.publish("throw")
        supervisor.report("two", "nothing else helps", true)
        await ds.sleep(2000)
        expect(escalations.length).toBe(1)
        expect(escalations[0].reason).toBe("nothing else helps")
        expect(subscriptions(orders) + subscriptions(others)).toBe(0)
    })

    test("abandons and replaces a child that hangs", async () => {
        const { stage, orders, crashes, supervisor } = new Troupe(false)
        await ds.sleep(5)
        orders.publish("hang")
        await ds.sleep(2200)
        orders.publish("bow")
        await ds.sleep(5)
        expect(stage.join("; ")).toBe("one made; two made; one made; one bow")
        expect(crashes[0].reason).toBe("no heartbeat for 1000 ms")
        supervisor.stop()
    })

    test("ignores an error thrown by an abandoned fiber", async () => {
        const { orders, crashes, supervisor } = new Troupe(false)
        await ds.sleep(5)
        orders.publish("hang then throw")
        await ds.sleep(2200)
        const before = crashes.length
        supervisor.stop()
        await ds.sleep(1000)
        expect(before).toBe(1)
        expect(crashes.length).toBe(1)
    })

    test("escalates when a child with an exclusive resource hangs", async () => {
        const { orders, escalations, supervisor } = new Troupe(true)
        await ds.sleep(5)
        orders.publish("hang")
        await ds.sleep(2200)
        expect(escalations.length).toBe(1)
        expect(escalations[0].child).toBe("one")
        supervisor.stop()
    })

    test("escalates and stops all children when restarts exceed the intensity", async () => {
        const { orders, others, crashes, escalations } = new Troupe(false)
        for (let i = 0; i < 4; i++) {
            await ds.sleep(100)
            orders.publish("throw")
        }
        await ds.sleep(100)
        expect(crashes.length).toBe(4)
        expect(escalations.length).toBe(1)
        expect(subscriptions(orders) + subscriptions(others)).toBe(0)
    })

    test("replaces a child whose stop throws", async () => {
        const faults: string[] = []
        onFault((where, e) => faults.push(where + ": " + e.message))
        const made: Clinging[] = []
        const supervisor = new Supervisor(POLICY, () => {})
        supervisor.add("clinging", () => {
            const child = new Clinging(made.length === 0)
            made.push(child)
            return child
        })
        supervisor.start()
        await ds.sleep(100)
        supervisor.stop()
        expect(made.length).toBe(2)
        expect(faults.join("; ")).toBe("stop of clinging: never; stop of clinging: never")
    })

    test("retries a child that fails during construction", async () => {
        const crashes: Crash[] = []
        const supervisor = new Supervisor(POLICY, crash => crashes.push(crash))
        supervisor.add("stillborn", () => {
            throw new TypeError("no hardware")
        })
        supervisor.start()
        await ds.sleep(15)
        expect(crashes.length).toBe(2)
        expect(crashes[0].reason.startsWith("TypeError: no hardware @")).toBe(true)
        supervisor.stop()
    })
})
