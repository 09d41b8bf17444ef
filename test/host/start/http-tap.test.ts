import { expect, test, vi } from "vitest"
import { type Exchange, HttpTap } from "../../../cli/start/http-tap"

const HEAD = "POST /input/bulk HTTP/1.1\r\nHost: emonpi\r\nContent-Length: 4\r\n\r\n"
const REPLY = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

/** Lets what was sent be parsed. */
const rest = () => new Promise(resolve => setTimeout(resolve, 20))

test("passes on a request with its reply", async () => {
    const onExchange = vi.fn<(exchange: Exchange) => void>()
    const tap = new HttpTap(onExchange)
    tap.sent(Buffer.from(`${HEAD}data`))
    await rest()
    tap.received(Buffer.from(REPLY))
    await vi.waitFor(() => expect(onExchange).toHaveBeenCalledOnce())
    expect(onExchange.mock.lastCall![0]).toMatchObject({ method: "POST", reply: { status: 200, body: "ok" } })
})

test("ignores a request during which the connection ends", async () => {
    const onExchange = vi.fn<(exchange: Exchange) => void>()
    const tap = new HttpTap(onExchange)
    tap.sent(Buffer.from(`${HEAD}da`))
    await rest()
    tap.closed()
    await rest()
    expect(onExchange).not.toHaveBeenCalled()
})
