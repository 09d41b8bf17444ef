import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { dirname } from "node:path"
import type { Clock, Timer } from "../clock"
import type { Address } from "../tcp/tcp"
import { NATIVE_CALLS, NATIVE_STUBS, Natives, type Peripherals, type RuntimeExports } from "./natives"
import { REACHED_MARKER, ReachedCode } from "./reached-code"
import { reachedFolder } from "./reached-folder"
import { Standstill } from "./standstill"
import { STEP_COUNTER, StepCounter } from "./step-counter"
import { type CodeChange, exportFunctions, insertCode } from "./wasm-exports"

/**
 * One instance of the DeviceScript runtime as WebAssembly. The names are those of its emscripten module.
 *
 * The runtime ignores `handlePacket` while it is executing, so it must never be called from inside `sendPacket`.
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
    /** Whether there is a network; the runtime asks before it opens a socket. */
    sockIsAvailable: () => boolean
    handlePacket(frame: Uint8Array): void
    devsSetDeviceId(hex: string): void
    devsStart(): void
    devsStop(): void
    devsIsRunning(): boolean
    devsDeploy(bytecode: Uint8Array): number
    devsGcStress(on: boolean): void
    /** Added by {@link loadFirmware}; not part of the module itself. */
    natives?: Natives
    steps?: StepCounter
    reached?: ReachedCode
}

/** Replacements for Node's `net` and `tls`, of which the runtime uses `createConnection` and `connect`. */
export interface Sockets {
    net: { createConnection(address: Address): unknown }
    tls: object
    /** Whether the chip has a network; always when left out. */
    isAvailable?: () => boolean
    /** Set by the runtime; during a standstill, the firmware receives nothing. */
    standstill?: Standstill
}

/** What the runtime takes from its host besides the hooks of {@link Firmware}. */
export interface Host extends Sockets {
    clock: Clock
    /** The hardware around the chip; without it the runtime is as published. */
    peripherals?: Peripherals
    /** Counts the program's steps, which makes it slower; see {@link Firmware.steps}. */
    countsSteps?: boolean
    /** Marks the instructions that the program reaches; see {@link Firmware.reached}. */
    marksReached?: boolean
}

/** The published CLI has no runtime where {@link loadFirmware} looks for it. */
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

/** The runtime's module, cut out of the CLI's bundle: `devs vm` would bring fixed ports and the wall clock. */
const firmwareSource = once(() => {
    const text = readFileSync(bundle, "utf8")
    const begin = text.indexOf(BEGIN)
    const end = text.indexOf(END, begin)
    if (begin < 0 || end < 0) throw new FirmwareNotFound(bundle)
    return text.slice(begin, end + END.length)
})

/** The WebAssembly in it, with the functions exported that {@link Natives} needs. */
const firmwareBinary = once(() => {
    const encoded = /data:application\/octet-stream;base64,([A-Za-z0-9+/=]+)/.exec(firmwareSource())
    if (!encoded) throw new FirmwareNotFound(bundle)
    const binary = Buffer.from(encoded[1]!, "base64")
    return exportFunctions(binary, [...NATIVE_CALLS, ...NATIVE_STUBS])
})
const firmwareModule = once(() => WebAssembly.compile(firmwareBinary()))
const countingModule = once(() => changedModule(STEP_COUNTER))
const markingModule = once(() => changedModule(REACHED_MARKER))
const watchingModule = once(() => changedModule(STEP_COUNTER, REACHED_MARKER))

function changedModule(...changes: readonly CodeChange[]): Promise<WebAssembly.Module> {
    return WebAssembly.compile(changes.reduce(insertCode, firmwareBinary()))
}

/** The runtime as published, or with the instrumentation that the host wants. */
function moduleFor(countsSteps: boolean, marksReached: boolean): Promise<WebAssembly.Module> {
    if (countsSteps) return marksReached ? watchingModule() : countingModule()
    return marksReached ? markingModule() : firmwareModule()
}

function once<T>(make: () => T): () => T {
    let made: { value: T } | undefined
    return () => {
        made ??= { value: make() }
        return made.value
    }
}

const COMMONJS = `
    const __commonJS = (modules, module) => () => {
        if (!module) {
            module = { exports: {} }
            Object.values(modules)[0](module.exports, module)
        }
        return module.exports
    }`

/** Creates a fresh instance of the runtime that takes time, timers, sockets and peripherals from `host`. */
export async function loadFirmware(host: Host): Promise<Firmware> {
    const { clock, peripherals, countsSteps = false } = host
    const marksReached = host.marksReached || reachedFolder !== undefined
    /** Number of calls by the runtime that may have started something. */
    let calls = 0
    const called = () => {
        calls++
    }
    const standstill = host.standstill ?? new Standstill(clock)
    const injected = {
        require: (name: string) => {
            if (name === "net") return host.net
            if (name === "tls") return host.tls
            return nodeRequire(name)
        },
        Date: { now: () => clock.now() },
        setTimeout: (callback: () => void, ms: number) =>
            clock.setTimeout(
                () => {
                    const before = calls
                    callback()
                    if (calls === before) clock.quiet?.()
                },
                Math.max(ms, standstill.left()),
            ),
        // used once, while loading, to report anything that does not load
        setInterval: () => undefined,
        clearInterval: (timer: Timer) => clock.clearTimeout(timer),
        console: { log() {}, debug() {}, warn() {}, error() {} },
        __filename: bundle,
        __dirname: dirname(bundle),
    }
    const body = `${COMMONJS}\n${firmwareSource()}\nreturn require_devicescript_vm()`
    const factory = new Function(...Object.keys(injected), body)(...Object.values(injected))
    const module = await moduleFor(countsSteps, marksReached)
    let runtime: RuntimeExports | undefined
    const firmware: Firmware = await factory({
        instantiateWasm(imports: WebAssembly.Imports, receive: (instance: WebAssembly.Instance) => object) {
            const instance = new WebAssembly.Instance(module, noticed(imports, called))
            runtime = instance.exports as unknown as RuntimeExports
            return receive(instance)
        },
    })
    if (host.isAvailable) firmware.sockIsAvailable = host.isAvailable
    if (peripherals) {
        firmware.natives = new Natives(runtime!, peripherals, called, ms => standstill.add(ms))
    }
    if (countsSteps) firmware.steps = new StepCounter(runtime!.memory)
    if (marksReached) firmware.reached = new ReachedCode(runtime!)
    return firmware
}

/** Calls of the runtime that start nothing. It makes them in each of its hundred rounds a second. */
const HARMLESS = ["em_time_now", "emscripten_memcpy_big"]

/** The functions that the runtime can call, wrapped to report every call that is not harmless. */
function noticed(imports: WebAssembly.Imports, called: () => void): WebAssembly.Imports {
    const noticing = ([name, native]: [string, unknown]) => {
        if (typeof native !== "function" || HARMLESS.includes(name)) return [name, native]
        return [
            name,
            (...args: number[]) => {
                called()
                return native(...args)
            },
        ]
    }
    const modules = Object.entries(imports).map(([module, functions]) => [
        module,
        Object.fromEntries(Object.entries(functions).map(noticing)),
    ])
    return Object.fromEntries(modules)
}
