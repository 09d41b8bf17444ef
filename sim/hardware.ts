import type { Clock } from "./clock"
import { I2cBus, type I2cDevice } from "./i2c/bus"
import { Memory } from "./i2c/memory"
import { AT24C256, MB85RC256V } from "./i2c/memory-chip"
import { SerialUart } from "./i2c/serial-uart"
import type { GatewayMode } from "./line/gateway"
import type { SerialLine } from "./line/serial-line"
import { type Chip, chips } from "./spi/chip"
import { SerialSpi } from "./spi/serial-spi"
import type { BoardConfig } from "./vm/board-config"
import type { Peripherals } from "./vm/natives"

/** The hardware that a program was compiled for: what it expects around the chip. */
export interface Hardware {
    /** Left out for a program that uses no pins. */
    readonly board?: BoardConfig
    readonly line: LineHardware
    readonly store: StoreHardware
}

/** How the meters' line is connected to the chip. */
export type LineHardware =
    /** @property de GPIO of the adapter's DE pin, if it has one */
    | { readonly driver: "spi-uart"; readonly de?: number }
    | {
          readonly driver: "sc16is7xx"
          readonly i2cAddress: number
          readonly crystalHz?: number
          readonly channel: "A" | "B"
      }
    | { readonly driver: "tcp"; readonly host: string; readonly port: number; readonly mode: GatewayMode }
    | { readonly driver: "jacdac-serial" }

export type StoreHardware =
    | { readonly driver: "settings" }
    | {
          readonly driver: "fram" | "eeprom"
          readonly i2cAddress: number
          readonly kilobytes: number
          readonly pageBytes?: number
      }

/** The crystal on most modules with an SC16IS750. */
const CRYSTAL_HZ = 14_745_600

/** The chip's peripherals, with models of everything soldered to them, including the line. */
export function peripheralsOf(
    { board, line, store }: Hardware,
    serial: SerialLine,
    clock: Clock,
): Peripherals {
    if (!board) return {}
    const devices: I2cDevice[] = []
    const now = () => clock.now()
    if (line.driver === "sc16is7xx") {
        const { i2cAddress, crystalHz = CRYSTAL_HZ, channel } = line
        devices.push(new SerialUart(clock, i2cAddress, crystalHz, channel, serial))
    }
    if (store.driver !== "settings") {
        const { driver, i2cAddress: address, kilobytes, pageBytes } = store
        const part =
            driver === "fram" ? MB85RC256V : { ...AT24C256, pageBytes: pageBytes ?? AT24C256.pageBytes }
        devices.push(new Memory({ ...part, address, bytes: kilobytes * 1024 }, now))
    }
    const bus = new I2cBus(devices)
    const spi = line.driver === "spi-uart" ? new SerialSpi(clock, chipOf(board), serial, line.de) : undefined
    return {
        board,
        i2c: board.i2c && bus,
        spi,
        onPin: (gpio, mode) => spi?.setPin(gpio, mode),
        losePower: () => bus.losePower(),
    }
}

function chipOf({ archId, devName }: BoardConfig): Chip {
    const chip = Object.values(chips).find(({ name }) => name === archId)
    if (!chip) throw new UnknownChip(archId, devName)
    return chip
}

/** The simulator has no SPI model for the board's chip. */
export class UnknownChip extends Error {
    constructor(
        readonly archId: string,
        readonly board: string,
    ) {
        super(`The chip ${archId} of ${board} cannot be simulated`)
        this.name = "UnknownChip"
    }
}
