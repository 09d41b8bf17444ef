import type { Clock } from "../clock"
import { characterMs, type SerialLine, type Unsubscribe } from "./serial-line"
import type { Transmission } from "./wire"

/**
 * Calls the listener with what others than the master put on a line, character by character, as it stands on the wire:
 * for a line that tells, when it begins; of a real adapter, when it has come.
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
