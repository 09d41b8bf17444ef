import { InvalidArgumentError } from "commander"

/** Reads an option's whole number from 1 to `most`, written in digits. */
export function wholeUpTo(most: number): (text: string) => number {
    return text => {
        const number = Number(text)
        if (/^\d+$/.test(text) && number >= 1 && number <= most) return number
        throw new InvalidArgumentError(`It must be a whole number from 1 to ${most}.`)
    }
}

/** Reads an option's TCP port. */
export const portNumber = wholeUpTo(65535)
