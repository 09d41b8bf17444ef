import schema from "../../devicescript.schema.json"
import { lineDrivers, storeDrivers } from "./catalog"
import type { Mistake } from "./config-error"
import { CheckedSchema } from "./schema-mistakes"

const checked = new CheckedSchema(schema, { discriminator: true }, path =>
    path === "store" ? storeDrivers : Object.keys(lineDrivers),
)

/** Checks a value against the schema. Returns at most one mistake per location; none if the value is a `Config`. */
export function schemaMistakes(value: unknown): Mistake[] {
    return checked.mistakesIn(value)
}

/** Default values from the schema, of properties of its root and of its definitions. */
export const defaults = {
    pollSeconds: schema.properties.pollSeconds.default,
    uploadSeconds: schema.properties.uploadSeconds.default,
    services: schema.properties.services.default,
    compression: schema.properties.compression.default,
    mosi: schema.definitions.spiUart.properties.mosi.default,
    miso: schema.definitions.spiUart.properties.miso.default,
    i2cAddress: schema.definitions.sc16is7xx.properties.i2cAddress.default,
    channel: schema.definitions.sc16is7xx.properties.channel.default as "A",
    port: schema.definitions.tcp.properties.port.default,
    mode: schema.definitions.tcp.properties.mode.default as "modbus-tcp",
    memoryAddress: schema.definitions.memoryAddress.default,
    kilobytes: schema.definitions.kilobytes.default,
    pageBytes: schema.definitions.eeprom.properties.pageBytes.default,
}
