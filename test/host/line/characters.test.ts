import { expect, test } from "vitest"
import { onCharacters } from "../../../sim/line/characters"
import type { SerialLine } from "../../../sim/line/serial-line"
import type { Transmission } from "../../../sim/line/wire"
import { ManualClock } from "../emoncms/manual-clock"

test("characters from a real adapter were on the wire just before they arrived", () => {
    let deliver: (bytes: Uint8Array) => void = () => {}
    const adapter: SerialLine = {
        name: "/dev/ttyUSB0",
        settings: { baudRate: 9600, parity: "even", stopBits: 1 },
        send: () => {},
        onData: listener => {
            deliver = listener
            return () => {}
        },
        onLost: () => () => {},
        close: async () => {},
    }
    const seen: Transmission[] = []
    onCharacters(adapter, new ManualClock(1000), transmission => seen.push(transmission))
    deliver(Uint8Array.of(1, 4, 0xff))
    const characterMs = 11_000 / 9600
    const start = 1000 - 3 * characterMs
    expect(seen).toEqual([{ bytes: Uint8Array.of(1, 4, 0xff), start, pitchMs: characterMs, characterMs }])
})
