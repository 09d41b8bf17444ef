import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { projectRoot } from "../../../tools/project"

/** A project in a folder of its own, with small stand-ins for drivers. */
export interface Project {
    readonly root: string
    write(path: string, text: string): Promise<void>
    remove(): Promise<void>
}

export async function makeProject(files: Record<string, string> = {}): Promise<Project> {
    const root = await mkdtemp(join(tmpdir(), "project-"))
    const write = async (path: string, text: string) => {
        await mkdir(dirname(join(root, path)), { recursive: true })
        await writeFile(join(root, path), text)
    }
    for (const folder of ["boards", "meters"])
        await cp(join(projectRoot, folder), join(root, folder), { recursive: true })
    for (const path of contracts) await cp(join(projectRoot, path), join(root, path))
    for (const [path, text] of Object.entries({ ...parts, ...files })) await write(path, text)
    return { root, write, remove: () => rm(root, { recursive: true }) }
}

/** Files with the types that the generated source names. */
const contracts = [
    "src/emoncms/inputs.ts",
    "src/emoncms/names.ts",
    "src/kernel/table.ts",
    "src/line/meters/decode.ts",
    "src/line/meters/profile.ts",
    "src/line/meters/registers.ts",
    "src/line/meters/row.ts",
    "src/line/meters/table.ts",
    "src/net/connection.ts",
    "src/net/native-socket.ts",
    "src/net/parsing.ts",
    "src/net/socket-errors.ts",
    "src/net/socket.ts",
    "src/line/ports/line-settings.ts",
    "src/line/ports/port.ts",
    "src/device/flash-budget.ts",
    "src/device/slot-store.ts",
]

const parts = {
    "package.json": '{ "name": "sample", "version": "1.2.3" }',
    "src/line/ports/spi-uart.ts": driver(
        "SpiUart",
        "{ mosi: any; miso: any; de?: any; baud: number; stopBits: number }",
    ),
    "src/line/ports/sc16is7xx.ts": driver(
        "Sc16is7xx",
        "{ address: number; crystalHz?: number; channel: string; baud: number; stopBits: number }",
    ),
    "src/line/ports/jacdac-serial.ts": driver("JacdacSerial", "{ baud: number; stopBits: number }"),
    "src/line/ports/tcp-serial.ts": driver(
        "TcpSerial",
        "{ host: string; port: number; mode: string }, sockets: SocketOwner",
    ),
    "src/device/settings-slots.ts": `import type { SlotStore } from "./slot-store"
export class SettingsSlots implements SlotStore {
    readonly name = "settings"
    readonly eager = false
    constructor(prefix: string, readonly slots: number, readonly size: number, parts = 1) {}
    async read(slot: number): Promise<Buffer> { return undefined }
    async write(slot: number, data: Buffer) {}
}
`,
    "src/net/deflate.ts": "export class Deflater { constructor(content: Buffer) {} }",
    "src/kernel/topic.ts": "export interface Topic<T> { readonly name: string }",
    "src/line/modbus-client.ts": "export interface ModbusClient {}",
    "src/actors/timekeeper.ts": "export interface ClockEstimate {}",
    "src/actors/poller/poller.ts": `export interface LineTopics {}
export class Poller {
    constructor(client: any, meters: any[], pollMs: number, topics: any, clock: any, mailbox: any, offset: number) {}
}
`,
    "src/services/device-state.ts": `export interface ProgramState {}
export function serveState(program: ProgramState, commands?: () => void) {}
`,
    "src/services/meter-commands.ts": "export function commandMeter() {}\n",
}

function driver(name: string, options: string): string {
    return `import type { SocketOwner } from "../../net/socket"
import { Port } from "./port"
export class ${name} implements Port {
    readonly name: string
    constructor(options: ${options}) { this.name = "${name} " + JSON.stringify(options) }
    async open() {}
    async exchange(request: Buffer, timeoutMs: number, complete: (received: Buffer) => boolean): Promise<Buffer> { return request }
    async drain(silenceMs: number, limitMs: number): Promise<number> { return 0 }
}
`
}
