import type * as ds from "@devicescript/core"

/*
 * What `@devicescript/gpio` declares of a pin, as far as the SPI-UART needs it. The runtime has it built in; importing that
 * library would bring its code for watching pins into the program, too.
 */
declare module "@devicescript/core" {
    interface PinBase {
        /** Makes the pin an input or output. */
        setMode(mode: ds.GPIOMode): void
    }
}
