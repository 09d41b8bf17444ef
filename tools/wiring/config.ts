import type { MeterModel } from "../../sim/meter/meter-model"

/** `devicescript.json` as its owner writes it; see `devicescript.schema.json` for the meaning of each name. */
export interface Config {
    board?: string
    line: LineConfig
    meters: MeterConfig[]
    pollSeconds?: number
    uploadSeconds?: number
    inputs?: Record<string, InputConfig>
    store?: StoreConfig
    services?: boolean
    compression?: boolean
}

export type LineConfig = SpiUartConfig | Sc16is7xxConfig | JacdacSerialConfig | TcpConfig

export type Parity = "none" | "even" | "odd"

/** Timing of a line, in ms. */
interface TimingConfig {
    /** Longest time from a request to the first byte of its answer. */
    timeoutMs?: number
    /** Silence between an answer and the next request to the same meter. */
    pauseMs?: number
}

interface UartConfig extends TimingConfig {
    baud?: number
    parity?: Parity
    stopBits?: 1 | 2
}

export interface SpiUartConfig extends UartConfig {
    driver: "spi-uart"
    mosi?: string
    miso?: string
    de?: string
}

export interface Sc16is7xxConfig extends UartConfig {
    driver: "sc16is7xx"
    /** As text, because JSON has no hexadecimal numbers: `0x48` to `0x57`. */
    i2cAddress?: string
    crystalHz?: number
    channel?: "A" | "B"
}

export interface JacdacSerialConfig extends UartConfig {
    driver: "jacdac-serial"
}

export interface TcpConfig extends TimingConfig {
    driver: "tcp"
    host: string
    port?: number
    mode?: "modbus-tcp" | "rtu-over-tcp"
    /** Silence between connecting to the gateway and the first request. */
    connectDelayMs?: number
}

export type StoreConfig = { driver: "settings" } | MemoryChipConfig

export interface MemoryChipConfig {
    driver: "fram" | "eeprom"
    /** As text, because JSON has no hexadecimal numbers: `0x50` to `0x57`. */
    i2cAddress?: string
    kilobytes?: number
    /** Only for an EEPROM. */
    pageBytes?: number
}

export interface MeterConfig {
    name: string
    /** A shipped model, or a file such as `./my-meter.json`. */
    model: string
    address: number
    /** The fields of a reading. Default: those that the model does not call optional. */
    fields?: string[]
    /** Fields for which a reading also contains the mean, minimum and maximum since the last reading. */
    statistics?: string[]
}

/** A meter together with its model. */
export interface WiredMeter extends MeterConfig {
    readonly facts: MeterModel
}

export interface InputConfig {
    name?: string
    unit?: "Wh" | "kWh"
}

/** The checked configuration, with all defaults filled in. */
export interface Wiring {
    /** Name of a board in `boards/`; `undefined` if the wiring uses no pins. */
    readonly board?: string
    readonly line: Line
    /** Speed of the line in bit/s; behind a gateway, the speed that the meters are set to. */
    readonly baud: number
    readonly parity: Parity
    readonly stopBits: 1 | 2
    /**
     * Times for the whole line in ms: the owner's, or the longest that a model needs; see `src/line/ports/line-settings.ts`.
     */
    readonly timeoutMs?: number
    readonly pauseMs?: number
    readonly meters: readonly WiredMeter[]
    readonly pollSeconds: number
    readonly uploadSeconds: number
    readonly inputs: readonly InputName[]
    /** The inputs of each meter, one for each of its fields. */
    readonly uploaded: readonly (readonly UploadedField[])[]
    readonly store: Store
    /** Whether a PC can read the device's log and state. */
    readonly services: boolean
    readonly compression: boolean
}

export type Store =
    | { readonly driver: "settings" }
    | { readonly driver: "fram"; readonly i2cAddress: number; readonly kilobytes: number }
    | {
          readonly driver: "eeprom"
          readonly i2cAddress: number
          readonly kilobytes: number
          readonly pageBytes: number
      }

export type Line =
    | {
          readonly driver: "spi-uart"
          readonly board: string
          /** Names of pins in `@dsboard/<board>`. */
          readonly mosi: string
          readonly miso: string
          readonly de?: string
      }
    | {
          readonly driver: "sc16is7xx"
          readonly i2cAddress: number
          readonly crystalHz?: number
          readonly channel: "A" | "B"
      }
    | { readonly driver: "jacdac-serial" }
    | {
          readonly driver: "tcp"
          readonly host: string
          readonly port: number
          readonly mode: "modbus-tcp" | "rtu-over-tcp"
          readonly connectDelayMs?: number
      }

/** How a field of a meter is uploaded; see `src/emoncms/inputs.ts`. */
export interface UploadedField {
    /** Name of the input. With several meters, the meter's name precedes it. */
    readonly name: string
    /** Number of decimals; if negative, number of zeros to append. */
    readonly scale: number
}

/** Name and unit of a reading's field in EmonCMS; see `src/emoncms/inputs.ts`. */
export interface InputName {
    readonly field: string
    readonly name: string
    readonly unit?: "Wh" | "kWh"
}

/** Where the program runs: on an ESP32, or in the simulator, which has no SPI and no I2C. */
export type Target = "device" | "simulator"
