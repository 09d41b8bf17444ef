import * as ds from "@devicescript/core"
import { describe, expect, test } from "@devicescript/test"
import { Lock } from "../../../src/kernel/lock"

/** Runs `body` while holding the lock. */
async function alone(lock: Lock, body: () => Promise<void>) {
    await lock.acquire()
    try {
        await body()
    } finally {
        lock.release()
    }
}

describe("lock", () => {
    test("admits one fiber at a time, in order of request", async () => {
        const lock = new Lock()
        const log: string[] = []
        const work = async (name: string) => {
            await alone(lock, async () => {
                log.push(name + " in")
                await ds.sleep(5)
                log.push(name + " out")
            })
        }
        work.start("a")
        work.start("b")
        work.start("c")
        await ds.sleep(50)
        expect(log.join(" ")).toBe("a in a out b in b out c in c out")
    })

    test("survives a body that throws, and only its caller gets the error", async () => {
        const lock = new Lock()
        const log: string[] = []
        const fail = async () => {
            try {
                await alone(lock, async () => {
                    await ds.sleep(5)
                    throw new RangeError("broken")
                })
            } catch (e) {
                log.push((e as Error).message)
            }
        }
        const work = async () => {
            await alone(lock, async () => {
                log.push("fine")
            })
        }
        fail.start()
        work.start()
        await ds.sleep(30)
        expect(log.join(" ")).toBe("broken fine")
        await work()
        expect(log.join(" ")).toBe("broken fine fine")
    })

    test("goes to a waiting fiber before a newcomer", async () => {
        const lock = new Lock()
        const log: string[] = []
        const work = async (name: string, ms: number) => {
            await alone(lock, async () => {
                log.push(name)
                await ds.sleep(ms)
            })
        }
        const twice = async () => {
            await work("first", 5)
            await work("again", 1)
        }
        twice.start()
        await ds.sleep(1)
        work.start("waiting", 1)
        await ds.sleep(40)
        expect(log.join(" ")).toBe("first waiting again")
    })
})
