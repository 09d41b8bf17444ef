import type { Clock } from "../clock"
import { characterMs, type SerialLine, type Unsubscribe } from "./serial-line"
import type { Transmission } from "./wire"

/**
 * Calls the listener with everything that others than the client put on a line, character by character, as on the wire. A
 * line that reports transmissions does so when they begin. For a real adapter, the call comes when the data has arrived.
 */
export function onCharacters(
    line: SerialLine,
    clock: Clock,
    listener: (transmission: Transmission) => void,
): Unsubscribe {
    if (line.onTransmission) return line.onTransmission(listener)
    const duration = characterMs(line.settings)
    return line.onData(bytes => {
        const start = clock.now() - bytes.length * duration
        listener({ bytes, start, pitchMs: duration, characterMs: duration })
    })
}
