import * as ds from "@devicescript/core"
import { describe, expect, test } from "@devicescript/test"
import { BATCH, Narrowing } from "../../../src/actors/uplink/narrowing"

/** A server that refuses each batch with a reading of `bad` in it, or every batch if `bad` contains -1. */
class FakeServer {
    compression = true
    readonly narrowing = new Narrowing(this)
    /** What was sent and how it ended, such as `compressed 40 refused`. */
    readonly exchanges: string[] = []
    next = 0
    readonly aside: number[] = []

    constructor(
        private readonly decompresses: boolean,
        private readonly bad: number[],
        private readonly end: number,
    ) {}

    /** Sends until every reading is accepted or set aside, or the server is blamed. @returns whether it was blamed */
    async run(): Promise<boolean> {
        const { narrowing, exchanges } = this
        while (this.next < this.end && exchanges.length < 100) {
            const rows = narrowing.isHarmless() ? 0 : Math.min(narrowing.limit, this.end - this.next)
            const isCompressed = narrowing.isCompressed()
            let refused = isCompressed && !this.decompresses
            for (const it of this.bad) if (it >= this.next && it < this.next + rows) refused = true
            if (this.bad.includes(-1)) refused = true
            exchanges.push((isCompressed ? "compressed " : "plain ") + rows + (refused ? " refused" : ""))
            if (!refused) {
                this.next += rows
                narrowing.accepted()
                continue
            }
            await ds.sleep(0)
            const action = narrowing.refused(rows, "bad data")
            if (action === "give up") return true
            if (action === "set aside") {
                this.aside.push(this.next)
                this.next++
            }
        }
        return false
    }
}

describe("a refused batch", () => {
    test("is resent uncompressed, as are all later ones, if the server cannot decompress", async () => {
        const server = new FakeServer(false, [], 3 * BATCH)
        expect(await server.run()).toBe(false)
        expect(server.exchanges.join(", ")).toBe("compressed 40 refused, plain 40, plain 40, plain 40")
        expect(server.compression).toBe(false)
        const another = new Narrowing(server)
        expect(another.isCompressed()).toBe(false)
    })

    test("is narrowed down to the bad row, wherever it is", async () => {
        for (const decompresses of [true, false])
            for (let bad = 0; bad < BATCH; bad++) {
                const server = new FakeServer(decompresses, [bad], 2 * BATCH)
                expect(await server.run()).toBe(false)
                expect(server.aside.join(" ")).toBe("" + bad)
                expect(server.next).toBe(2 * BATCH)
                if (decompresses) expect(server.compression).toBe(true)
            }
    })

    test("is narrowed down to each of several bad rows", async () => {
        const server = new FakeServer(true, [0, 2, 17, 39, 41, 79], 2 * BATCH)
        expect(await server.run()).toBe(false)
        expect(server.aside.join(" ")).toBe("0 2 17 39 41 79")
        expect(server.compression).toBe(true)
    })

    test("is blamed on the server if a bad row follows another one, until a rest is over", async () => {
        const server = new FakeServer(true, [5, 6, 7], BATCH)
        for (const aside of ["5", "5 6"]) {
            expect(await server.run()).toBe(true)
            expect(server.aside.join(" ")).toBe(aside)
            server.narrowing.restart()
        }
        expect(await server.run()).toBe(false)
        expect(server.aside.join(" ")).toBe("5 6 7")
    })

    test("is blamed on the server if it also refuses a harmless row", async () => {
        const server = new FakeServer(true, [-1], BATCH)
        expect(await server.run()).toBe(true)
        expect(server.aside.length).toBe(0)
        expect(server.exchanges[server.exchanges.length - 1]).toBe("plain 0 refused")
    })

    test("is halved when it is too large", () => {
        const narrowing = new Narrowing({ compression: true })
        expect(narrowing.refused(40, "too large")).toBe("send")
        expect(narrowing.limit).toBe(20)
    })
})

describe("after another failure", () => {
    test("it starts over with a full, compressed batch", () => {
        const narrowing = new Narrowing({ compression: true })
        narrowing.refused(40, "crash")
        narrowing.refused(40, "crash")
        narrowing.restart()
        expect(narrowing.isCompressed()).toBe(true)
        expect(narrowing.limit).toBe(BATCH)
    })
})
