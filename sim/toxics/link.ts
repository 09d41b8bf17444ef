import type { Clock } from "../clock"
import type { Random } from "../random"
import type { TcpSocket } from "../tcp/tcp"
import type { Item } from "./stage"
import { Station } from "./station"
import type { ConnectionToxic } from "./toxic"

/** Bytes in flight above which the link stops reading. */
const MAX_WAITING = 1024 * 1024

/** One direction of a connection: from a source, through the stations of its toxics, to a destination. */
export class Link {
    private readonly stations: Station[] = []
    private finished = false
    private closed = false

    constructor(
        private readonly source: TcpSocket,
        private readonly destination: TcpSocket,
        private readonly clock: Clock,
        private readonly random: Random,
    ) {
        source.on("data", data => {
            clock.touch?.()
            this.forward(0, { data, at: clock.now() })
            this.regulate()
        })
        source.on("end", () => this.finish("end"))
        // Without an "end" before it: the connection was reset.
        source.on("close", () => this.finish("close"))
        destination.on("drain", () => this.regulate())
        destination.on("close", () => {
            for (const station of this.stations) station.abandon()
        })
    }

    /** Adds a toxic after the existing ones. */
    add(toxic: ConnectionToxic): void {
        const index = this.stations.length
        this.stations.push(
            new Station(toxic, {
                clock: this.clock,
                random: this.random,
                next: item => {
                    this.forward(index + 1, item)
                    this.regulate()
                },
                reset: () => {
                    this.source.resetAndDestroy()
                    this.destination.resetAndDestroy()
                },
            }),
        )
    }

    remove(toxic: ConnectionToxic): void {
        this.stations.find(station => station.toxic === toxic)?.remove()
    }

    private finish(how: "end" | "close"): void {
        if (this.finished) return
        this.finished = true
        this.forward(0, how)
    }

    private forward(index: number, item: Item): void {
        const station = this.stations[index]
        if (station) station.accept(item)
        else this.deliver(item)
    }

    private deliver(item: Item): void {
        if (this.closed || this.destination.destroyed) return
        this.clock.touch?.()
        if (typeof item === "object") {
            this.destination.write(item.data)
        } else if (item === "end") {
            this.destination.end()
        } else {
            this.closed = true
            // The link of the other direction notices, and closes the source.
            this.destination.destroySoon()
        }
    }

    /** Stops reading while too much is in flight. */
    private regulate(): void {
        const waiting = this.stations.reduce(
            (sum, station) => sum + station.waiting,
            this.destination.writableLength,
        )
        if (waiting > MAX_WAITING) this.source.pause()
        else if (this.source.isPaused()) this.source.resume()
    }
}
