import type * as ds from "@devicescript/core"

/*
 * The part of a pin's declaration in `@devicescript/gpio` that the SPI-UART needs. The runtime has it built in; importing
 * that library would also bring its code for watching pins into the program.
 */
declare module "@devicescript/core" {
    interface PinBase {
        /** Makes the pin an input or output. */
        setMode(mode: ds.GPIOMode): void
    }
}
