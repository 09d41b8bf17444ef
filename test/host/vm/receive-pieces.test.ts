import { expect, test } from "vitest"
import { sleep, VirtualClock } from "../../../sim/clock"
import type { TcpSocket } from "../../../sim/tcp/tcp"
import { VirtualTcp } from "../../../sim/tcp/virtual-tcp"
import { virtualSockets } from "../../../sim/vm/network"
import { Standstill } from "../../../sim/vm/standstill"

const ADDRESS = { host: "server.example", port: 80 }

test("delivers 1 KB every 2 ms, and nothing while the runtime stands still", async () => {
    const clock = new VirtualClock(Number.POSITIVE_INFINITY, 0)
    const network = new VirtualTcp(clock)
    const standstill = new Standstill(clock)
    await network.listen(ADDRESS, socket => socket.write(Buffer.alloc(10_000)))
    const { net } = virtualSockets(clock, network, standstill)
    const socket = net.createConnection(ADDRESS) as TcpSocket
    const times: number[] = []
    let bytes = 0
    socket.on("data", (piece: Buffer) => {
        times.push(clock.now())
        bytes += piece.length
        if (times.length === 4) standstill.add(30)
    })
    await sleep(clock, 1000)
    const gaps = times.slice(1).map((time, i) => Math.round(time - times[i]!))
    expect(gaps).toEqual([2, 2, 2, 30, 2, 2, 2, 2, 2])
    expect(bytes).toBe(10_000)
    clock.stop()
})
