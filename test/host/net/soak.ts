import { randomInteger, seededRandom } from "../../../sim/random"
import { JobDevice } from "./job-device"
import { MISBEHAVIOURS } from "./misbehavior"
import { RawServer } from "./raw-server"

/** What many exchanges with misbehaving servers leave behind. */
export interface SoakResult {
    readonly exchanges: number
    /** How often each outcome came, by name of the error, or as `status` with its code for replies. */
    readonly endings: Record<string, number>
    /** Live bytes of heap between two exchanges, after the warm-up and after all exchanges. */
    readonly heapBefore: number
    readonly heapAfter: number
    /** The most live bytes of heap, over all looks at it. */
    readonly heapHighWater: number
    readonly panics: string[]
}

/** Exchanges after which buffers and caches have reached their size. */
const WARM_UP = 60

/** So fast that a busy machine can look like a silent peer. */
const SPEED = 200

/** All deadlines are short, so that silence costs little. */
const WITHIN = { turnMs: 2000, connectMs: 1000, sendMs: 500, firstByteMs: 1000, replyMs: 1500 }

/**
 * Has a simulated device make requests to a server that misbehaves each time in a different way, at random.
 * @param seed makes the order of the ways repeatable
 */
export async function soak(exchanges: number, seed: number): Promise<SoakResult> {
    const random = seededRandom(seed)
    const program = { module: "net/soak-jobs", name: "serveSoak" }
    const device = await JobDevice.start<object, Record<string, number>>(program, SPEED)
    let heapHighWater = 0
    const live = () => device.device.heap()?.used ?? 0
    const look = () => {
        heapHighWater = Math.max(heapHighWater, live())
    }
    const server = await RawServer.start(socket => {
        look()
        socket.on("data", look)
        socket.on("close", look)
        MISBEHAVIOURS[randomInteger(random, 0, MISBEHAVIOURS.length - 1)]![1](socket)
    })
    const run = (count: number) => device.do({ url: server.url, count, within: WITHIN })
    try {
        // From now on the heap holds only what is in use.
        device.device.collectAlways(true)
        await run(WARM_UP)
        await run(0)
        const heapBefore = live()
        const endings = await run(exchanges)
        await run(0)
        const heapAfter = live()
        return { exchanges, endings, heapBefore, heapAfter, heapHighWater, panics: device.panics() }
    } finally {
        await device.stop()
        await server.stop()
    }
}
