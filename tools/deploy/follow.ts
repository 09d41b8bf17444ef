import type { SerialBus } from "./serial-bus"

/** What the program says when EmonCMS has taken readings (`src/actors/uplink`). */
const ACCEPTED = /\b(\d+) readings? accepted\b/
/** How the firmware marks warnings and errors of a program. */
const TROUBLE = /^[*!] (.*)$/

/** How the first minutes of a program went. */
export type FirstUpload =
    | { readonly accepted: true }
    /** @property trouble what it complained of last */
    | { readonly accepted: false; readonly trouble: string | undefined }

/**
 * Follows what a chip prints until EmonCMS has accepted readings.
 * @param say gets each line of the program
 * @param ms how long it may take
 */
export async function firstUpload(
    serial: SerialBus,
    say: (line: string) => void,
    ms: number,
): Promise<FirstUpload> {
    let trouble: string | undefined
    let timer: NodeJS.Timeout | undefined
    let forget = () => {}
    const accepted = new Promise<boolean>(resolve => {
        timer = setTimeout(() => resolve(false), ms)
        void serial.closed.then(() => {
            trouble = "the port is gone"
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
    return done ? { accepted: true } : { accepted: false, trouble }
}
