import * as ds from "@devicescript/core"
import { describe, expect, test } from "@devicescript/test"
import type { Counters } from "../../../../services/counters"
import type { ServerDate } from "../../../../src/actors/timekeeper"
import { Server } from "../../../../src/actors/uplink/emoncms-client"
import { type Failure, sentenceOf } from "../../../../src/actors/uplink/failure"
import { Inputs } from "../../../../src/actors/uplink/inputs"
import { Uplink } from "../../../../src/actors/uplink/uplink"
import type { UploadReport } from "../../../../src/actors/uplink/upload-report"
import { writeInTime } from "../../../../src/device/settings"
import { SlotError } from "../../../../src/device/slot-store"
import { WallClock } from "../../../../src/device/wall-clock"
import { BulkBody } from "../../../../src/emoncms/bulk"
import { Topic } from "../../../../src/kernel/topic"
import { HttpClient } from "../../../../src/net/http"
import { SocketOwner } from "../../../../src/net/socket"
import { Doubt } from "../../../../src/queue/doubt"
import type { ReadingQueue } from "../../../../src/queue/reading-queue"
import { FakeSocket } from "../../net/fake-socket"
import { counter } from "../../queue/readings"

const KEY = "0123456789abcdef0123456789abcdef"
const PEER = { host: "server", port: 80, tls: false }
const OK = "HTTP/1.1 200 OK\r\n\r\n"

/** What happens when a connection is opened, and when the first bytes are written. */
interface Manners {
    opening?(native: Network): void
    asked?(native: Network): void
}

/** A network in which something goes wrong. */
class Network extends FakeSocket {
    private opening: (native: Network) => void
    private asked: (native: Network) => void
    /** The bytes that were written last; empty after a connection is opened. */
    request = ""

    behaves({ opening, asked }: Manners) {
        this.opening = opening
        this.asked = asked
    }

    override open(host: string, port: number, _tls: boolean): void {
        if (this.networkDown) throw new RangeError("network not available")
        this.log.push("open " + host + ":" + port)
        this.request = ""
        if (this.opening) this.soon.start(this.opening)
    }

    override write(data: Buffer): number {
        if (this.request === "" && this.asked) this.soon.start(this.asked)
        this.request = data.toString()
        return this.writeCodes.length > 0 ? this.writeCodes.shift() : 0
    }

    private async soon(act: (native: Network) => void) {
        await ds.sleep(5)
        act(this)
    }
}

function connects(native: Network) {
    native.says("open")
}

/** A queue whose store cannot be read. */
function brokenQueue(doubt: Doubt): ReadingQueue {
    return {
        doubt,
        length: 1,
        row: { isCrowded: false },
        peek: async () => {
            throw new SlotError("the FRAM", 3, "no answer")
        },
    } as ReadingQueue
}

/** An uplink and the first failure that it reports. */
class World {
    readonly native: Network
    readonly sockets: SocketOwner
    private failure: Failure = undefined
    private readonly uplink: Uplink

    constructor(manners: Manners) {
        this.native = new Network(true)
        this.native.behaves(manners)
        this.sockets = new SocketOwner(this.native)
        const content = Buffer.alloc(600)
        const server = new Server(new HttpClient(this.sockets, content), new Topic<ServerDate>("dates"))
        const inputs = new Inputs([counter], [{ names: ["power"], scales: hex`00` }])
        const clock = new WallClock()
        const uploads = new Topic<UploadReport>("uploads")
        uploads.subscribe(this.take)
        this.uplink = new Uplink(
            server,
            brokenQueue(new Doubt(inputs, 4)),
            inputs,
            new BulkBody(content, 1, undefined),
            clock,
            { pollMs: 10000, uploadMs: 30000 },
            uploads,
            new Topic<Counters>("counters"),
        )
    }

    /** Runs until something fails, and compares the sentence for the owner. @returns the cause */
    async heard(sentence: string, url = "http://server"): Promise<string> {
        await writeInTime("EMON_URL", url)
        await writeInTime("EMON_KEY", KEY)
        await writeInTime("EMON_NODE", "house")
        this.uplink.run.start()
        for (let waited = 0; !this.failure && waited < 90000; waited += 100) await ds.sleep(100)
        this.uplink.stop()
        expect(sentenceOf(this.failure)).toBe(sentence)
        return this.failure.cause
    }

    private take({ failure }: UploadReport) {
        if (!this.failure) this.failure = failure
    }
}

describe("the uplink reports", () => {
    test("that the device has no network", async () => {
        const world = new World({})
        world.native.networkDown = true
        expect(
            await world.heard("The device has no network. Check WIFI_SSID, WIFI_PWD and the reception."),
        ).toBe("NetworkDown")
    })

    test("that nothing answers at the address", async () => {
        expect(
            await new World({}).heard(
                "Cannot reach server:80. Check the address, and that the server is running.",
            ),
        ).toBe("ConnectTimeout")
    })

    test("that the line occupies the only connection", async () => {
        const world = new World({ opening: connects })
        await world.sockets.connect(PEER, 100, 1000)
        expect(
            await world.heard(
                "The line is using the device's only connection. Check why the gateway takes so long.",
            ),
        ).toBe("SocketBusy")
    })

    test("that the TLS connection fails", async () => {
        const world = new World({ opening: native => native.says("error", "mbedtls_ssl_handshake: -0x2700") })
        expect(
            await world.heard(
                "No secure connection to server:443: its certificate has expired, is for another name or from an unknown authority, or this port does not use https. A server without a public certificate needs http://.",
                "https://server",
            ),
        ).toBe("TlsRefused")
    })

    test("that the firmware refuses the data", async () => {
        const world = new World({ opening: connects })
        world.native.writeCodes.push(-2)
        expect(
            await world.heard("The connection to server:80 accepts no data. The device keeps trying."),
        ).toBe("SendFailed")
    })

    test("that the firmware's send queue stays full", async () => {
        const world = new World({ opening: connects })
        for (let i = 0; i < 600; i++) world.native.writeCodes.push(-1)
        expect(await world.heard("The network accepts no data for server:80. Check the reception.")).toBe(
            "SendTimeout",
        )
    })

    test("that the answer is too long", async () => {
        const page = Buffer.alloc(1000)
        const floods = (native: Network) => {
            for (let i = 0; i < 9; i++) native.says("data", page)
        }
        expect(
            await new World({ opening: connects, asked: floods }).heard(
                "The answer from server:80 is too long. Open EMON_URL in a browser.",
            ),
        ).toBe("ReceiveOverflow")
    })

    test("that the device gave up the connection", async () => {
        const world = new World({ opening: connects })
        world.native.behaves({ opening: connects, asked: () => world.sockets.reclaim() })
        expect(await world.heard("The device gave up the connection to server:80. It keeps trying.")).toBe(
            "ClosedHere",
        )
    })

    test("that the device's own store fails", async () => {
        const answers = (native: Network) => {
            const isQuestion = native.request.startsWith("GET")
            native.says("data", Buffer.from(OK + (isQuestion ? '"Node does not exist"' : "ok")))
            native.says("close")
        }
        expect(
            await new World({ opening: connects, asked: answers }).heard(
                "The device itself has a problem: the FRAM, slot 3: no answer.",
            ),
        ).toBe("device")
    })
})
