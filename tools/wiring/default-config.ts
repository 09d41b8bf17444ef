import type { Config } from "./config"

/** The configuration that the project comes with, whatever its owner has since put into `devicescript.json`. */
export const defaultConfig: Config = {
    board: "emon_esp32_devkit_c",
    line: { driver: "spi-uart" },
    meters: [{ name: "heatpump", model: "pzem-016", address: 1 }],
    pollSeconds: 10,
    uploadSeconds: 30,
}
