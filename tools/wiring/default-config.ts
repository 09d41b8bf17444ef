import type { Config } from "./config"

/** What the project is wired for as it comes, whatever its owner has made of `devicescript.json` since. */
export const defaultConfig: Config = {
    board: "emon_esp32_devkit_c",
    line: { driver: "spi-uart" },
    meters: [{ name: "heatpump", model: "pzem-016", address: 1 }],
    pollSeconds: 10,
    uploadSeconds: 30,
}
