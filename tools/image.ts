import { readFileSync } from "node:fs"
import { join } from "node:path"
import type { Hardware, LineHardware } from "../sim/hardware"
import type { BoardConfig } from "../sim/vm/board-config"
import type { Build } from "./compile/build-job"
import { compileProgram, type Program } from "./compile/compile"
import { projectRoot } from "./project"
import type { Config, Wiring } from "./wiring/config"
import { readWiring, wiringOf } from "./wiring/read-wiring"

/** A program as it is flashed, with the wiring it was built for. */
export interface Image extends Program {
    readonly wiring: Wiring
    /** The hardware that the program expects around the chip, for the simulator. */
    readonly hardware: Hardware
    readonly about: ImageFacts
}

/** Identifies a program in records and in the output of `--json`. */
export interface ImageFacts {
    readonly driver: string
    readonly store: string
    readonly image: {
        readonly build: Build
        /** SHA-256 of the bytes in hexadecimal. The firmware logs it on start-up as `DevS-SHA256`. */
        readonly hash: string
    }
}

export interface ImageOptions {
    /** The main source file. Defaults to that of the main program. */
    readonly entry?: string
    /** The configuration. Defaults to the project's `devicescript.json`. */
    readonly config?: Config
    /** Texts that replace source files of the project, by path. */
    readonly overrides?: Readonly<Record<string, string>>
    /** Defaults to `release`. */
    readonly build?: Build
}

/**
 * Builds the image to be flashed.
 * @throws CompileError, ConfigError
 */
export async function buildImage(options: ImageOptions = {}): Promise<Image> {
    const { entry = "src/main.ts", config, overrides, build } = options
    const wiring = config
        ? await wiringOf(config, "device", projectRoot)
        : await readWiring("device", projectRoot)
    const program = await compileProgram({ entry, target: "device", config, overrides, build })
    const about = {
        driver: wiring.line.driver,
        store: wiring.store.driver,
        image: { build: program.build, hash: program.hash },
    }
    return { ...program, wiring, hardware: hardwareOf(wiring), about }
}

/** Describes a program in one line. */
export function imageText({ driver, store, image: { build, hash } }: ImageFacts): string {
    return `The ${build} image ${hash.slice(0, 12)} with ${driver}, readings kept in ${store}`
}

/** The hardware that a program for this wiring expects around the chip. */
export function hardwareOf({ board: id, line, store }: Wiring): Hardware {
    const board = id === undefined ? undefined : boardConfig(id)
    return { board, line: lineHardware(line, board), store }
}

function lineHardware(line: Wiring["line"], board: BoardConfig | undefined): LineHardware {
    if (line.driver !== "spi-uart") return line
    const { driver, de } = line
    const pin = de && (board?.$pins?.[de] ?? de)
    return { driver, de: pin === undefined ? undefined : board?.pins[pin] }
}

function boardConfig(id: string): BoardConfig {
    return JSON.parse(readFileSync(join(projectRoot, "boards", `${id}.board.json`), "utf8"))
}
