import type { SerialBus } from "./serial-bus"

/** What the program logs when EmonCMS has accepted readings (`src/actors/uplink`). */
const ACCEPTED = /\b(\d+) readings? accepted\b/
/** How the firmware marks a program's warnings and errors. */
const TROUBLE = /^[*!] (.*)$/

/** How the first minutes of a program went. */
export type FirstUpload =
    | { readonly accepted: true }
    /**
     * @property unplugged the port was disconnected before the time was up
     * @property trouble its last warning or error
     */
    | { readonly accepted: false; readonly unplugged: boolean; readonly trouble: string | undefined }

/**
 * Follows a chip's output until EmonCMS has accepted readings.
 * @param say gets every line that the chip prints
 * @param ms how long it may take
 */
export async function firstUpload(
    serial: SerialBus,
    say: (line: string) => void,
    ms: number,
): Promise<FirstUpload> {
    let trouble: string | undefined
    let unplugged = false
    let timer: NodeJS.Timeout | undefined
    let forget = () => {}
    const accepted = new Promise<boolean>(resolve => {
        timer = setTimeout(() => resolve(false), ms)
        void serial.closed.then(() => {
            unplugged = true
            resolve(false)
        })
        forget = serial.onLine(line => {
            say(line)
            trouble = TROUBLE.exec(line)?.[1] ?? trouble
            if (ACCEPTED.test(line)) resolve(true)
        })
    })
    const done = await accepted
    clearTimeout(timer)
    forget()
    return done ? { accepted: true } : { accepted: false, unplugged, trouble }
}
