import { arch, platform } from "node:os"
import { type Measurement, section } from "./report"

/** The page `docs/measured.md`. */
export function page(measurements: readonly Measurement[]): string {
    const names = measurements.map(({ bench }) => bench.name)
    return [
        "# Measured",
        `The figures of one run on Node ${process.versions.node}, ${platform()} ${arch()}, written by`,
        "```sh\nnpm run --silent bench -- --markdown > docs/measured.md\n```",
        `For the figures of one bench alone: \`npm run bench -- NAME\`, with \`--json\` for a program that reads them; ` +
            `the names are ${names.join(", ")}.`,
        "All of it was measured in the DeviceScript runtime for WebAssembly, which has the heap and the bytecode of an " +
            "ESP32 but not its speed. Bytes of bytecode and of requests are exact: the same sources give the same " +
            "figures. Bytes of heap are exact to some hundred bytes, since they depend on what the timers of a run " +
            "meet. Rates are those of one computer at one moment; only their ratio says something about the program.",
        ...measurements.map(section),
    ].join("\n\n")
}
