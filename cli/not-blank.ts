import { InvalidArgumentError } from "commander"

/** Refuses an option without a text, as from a variable of the shell that is not set. */
export function notBlank(text: string): string {
    if (text.trim() !== "") return text
    throw new InvalidArgumentError("It is empty; write the path of a serial port, such as /dev/ttyUSB0.")
}
