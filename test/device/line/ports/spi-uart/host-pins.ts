import { connectHost, hostPin } from "./host-wire"

/** Replaces a board's pins when the SPI peripheral is on the host. */
export const pins = { RS485_TXD: hostPin(23), RS485_RXD: hostPin(19), RS485_DE: hostPin(18) }

connectHost()
