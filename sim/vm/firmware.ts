import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { dirname } from "node:path"
import type { Clock, Timer } from "../clock"
import { type Random, randomInteger } from "../random"

/**
 * The DeviceScript runtime as WebAssembly, one instance. The names are those of its emscripten module.
 *
 * `handlePacket` is ignored while the runtime is executing, so it must never be called from inside `sendPacket`.
 */
export interface Firmware {
    HEAPU8: Uint8Array
    HEAPU32: Uint32Array
    dmesg: (line: string) => void
    log: (...args: unknown[]) => void
    error: (...args: unknown[]) => void
    sendPacket: (frame: Uint8Array) => void
    flashLoad: () => Uint8Array
    flashSave: (image: Uint8Array) => void
    flashSize: number
    panicHandler: (code: number) => void
    handlePacket(frame: Uint8Array): void
    devsSetDeviceId(hex: string): void
    devsStart(): void
    devsStop(): void
    devsIsRunning(): boolean
    devsDeploy(bytecode: Uint8Array): number
    devsGcStress(on: boolean): void
}

/** Stand-ins for Node's `net` and `tls`, of which the runtime uses `createConnection` and `connect`. */
export interface Sockets {
    net: object
    tls: object
}

/** What the runtime takes from its host besides the hooks of {@link Firmware}. */
export interface Host extends Sockets {
    clock: Clock
    /** Stands in for Node's own randomness. */
    random?: Random
}

/** The published CLI holds no runtime where {@link loadFirmware} looks for it. */
export class FirmwareNotFound extends Error {
    constructor(readonly bundle: string) {
        super(`No DeviceScript runtime in ${bundle}; run npm ci to get the pinned @devicescript/cli`)
        this.name = "FirmwareNotFound"
    }
}

const BEGIN = "var require_devicescript_vm = "
const END = "\n});\n"

const nodeRequire = createRequire(import.meta.url)
const bundle = nodeRequire.resolve("@devicescript/cli/built/devicescript-cli.cjs")

let source: string | undefined

/** The runtime's module, cut out of the CLI's bundle: `devs vm` would bring fixed ports and the wall's clock. */
function firmwareSource(): string {
    if (source) return source
    const text = readFileSync(bundle, "utf8")
    const begin = text.indexOf(BEGIN)
    const end = text.indexOf(END, begin)
    if (begin < 0 || end < 0) throw new FirmwareNotFound(bundle)
    source = text.slice(begin, end + END.length)
    return source
}

const COMMONJS = `
    const __commonJS = (modules, module) => () => {
        if (!module) {
            module = { exports: {} }
            Object.values(modules)[0](module.exports, module)
        }
        return module.exports
    }`

/** Makes a fresh instance of the runtime that takes time, timers and sockets from `host`. */
export async function loadFirmware(host: Host): Promise<Firmware> {
    const { clock, random } = host
    const injected = {
        require: (name: string) => {
            if (name === "net") return host.net
            if (name === "tls") return host.tls
            if (name === "crypto" && random)
                return { randomBytes: (count: number) => bytesFrom(random, count) }
            return nodeRequire(name)
        },
        Date: { now: () => clock.now() },
        setTimeout: (callback: () => void, ms: number) => clock.setTimeout(callback, ms),
        // used once, while loading, to complain about what does not load
        setInterval: () => undefined,
        clearInterval: (timer: Timer) => clock.clearTimeout(timer),
        console: { log() {}, debug() {}, warn() {}, error() {} },
        __filename: bundle,
        __dirname: dirname(bundle),
    }
    const body = `${COMMONJS}\n${firmwareSource()}\nreturn require_devicescript_vm()`
    const factory = new Function(...Object.keys(injected), body)(...Object.values(injected))
    return factory()
}

function bytesFrom(random: Random, count: number): Uint8Array {
    return Uint8Array.from({ length: count }, () => randomInteger(random, 0, 255))
}
