import * as ds from "@devicescript/core"
import { describe, expect, test } from "@devicescript/test"
import { Mailbox } from "../../../src/kernel/mailbox"

async function drain(mailbox: Mailbox<number>): Promise<string> {
    const taken: number[] = []
    while (mailbox.waiting.length > 0) taken.push(await mailbox.take(1))
    return taken.join(" ")
}

function fill(mailbox: Mailbox<number>, count: number): string {
    const accepted: string[] = []
    for (let i = 1; i <= count; i++) accepted.push(mailbox.post(i) ? "y" : "n")
    return accepted.join("")
}

describe("mailbox", () => {
    test("drops the oldest message when full", async () => {
        const mailbox = new Mailbox<number>(3, "drop-oldest")
        expect(fill(mailbox, 5)).toBe("yyynn")
        expect(mailbox.dropped).toBe(2)
        expect(await drain(mailbox)).toBe("3 4 5")
    })

    test("drops the newest message when full", async () => {
        const mailbox = new Mailbox<number>(3, "drop-newest")
        expect(fill(mailbox, 5)).toBe("yyynn")
        expect(mailbox.dropped).toBe(2)
        expect(await drain(mailbox)).toBe("1 2 3")
    })

    test("keeps the latest message with a capacity of one", async () => {
        const mailbox = new Mailbox<number>(1, "drop-oldest")
        expect(fill(mailbox, 5)).toBe("ynnnn")
        expect(mailbox.dropped).toBe(4)
        expect(await drain(mailbox)).toBe("5")
    })

    test("wraps around many times without loss", async () => {
        const mailbox = new Mailbox<number>(3, "drop-newest")
        let sum = 0
        for (let i = 1; i <= 100; i++) {
            mailbox.post(i)
            sum = sum + (await mailbox.take(1))
        }
        expect(sum).toBe(5050)
        expect(mailbox.dropped).toBe(0)
    })

    test("returns undefined when no message arrives in time", async () => {
        const mailbox = new Mailbox<number>(1, "drop-oldest")
        const began = ds.millis()
        expect(await mailbox.take(30)).toBe(undefined)
        expect(ds.millis() - began >= 30).toBe(true)
    })

    test("wakes a waiting fiber", async () => {
        const mailbox = new Mailbox<number>(1, "drop-oldest")
        const taken: number[] = []
        const taker = async () => {
            taken.push(await mailbox.take())
            taken.push(await mailbox.take())
        }
        taker.start()
        await ds.sleep(5)
        mailbox.post(7)
        await ds.sleep(5)
        mailbox.post(8)
        await ds.sleep(5)
        expect(taken.join(" ")).toBe("7 8")
    })

    test("loses no message that arrives at the moment of the timeout", async () => {
        const mailbox = new Mailbox<number>(4, "drop-oldest")
        let sum = 0
        const taker = async () => {
            for (let i = 0; i < 40; i++) {
                const taken = await mailbox.take(10)
                if (taken !== undefined) sum = sum + taken
            }
        }
        taker.start()
        for (let i = 0; i < 20; i++) {
            await ds.sleep(10)
            mailbox.post(1)
        }
        await ds.sleep(300)
        expect(sum + mailbox.waiting.length).toBe(20)
    })

    test("can be drained beyond the VM's step limit", async () => {
        const mailbox = new Mailbox<number>(1000, "drop-newest")
        for (let i = 0; i < 1000; i++) mailbox.post(i)
        let sum = 0
        while (mailbox.waiting.length > 0) {
            const taken = await mailbox.take()
            for (let work = 0; work < 50; work++) sum = sum + taken
        }
        expect(sum).toBe((50 * (999 * 1000)) / 2)
    })

    test("refuses a capacity of zero", () => {
        expect(() => {
            new Mailbox<number>(0, "drop-oldest")
        }).toThrow()
    })
})
