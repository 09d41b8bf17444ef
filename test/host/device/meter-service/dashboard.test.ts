import { execFile } from "node:child_process"
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { promisify } from "node:util"
import { isCommand, isRegister, type JDService, jdpack, Packet } from "jacdac-ts"
import { afterEach, beforeAll, expect, test } from "vitest"
import { SRV_EMON_METER } from "../../../../sim/bus/services"
import { projectRoot } from "../../../../tools/project"
import { closeOpenHouses } from "../open-house"
import { openHouse } from "./meter-service"

/** The compiler's output for `services/`, which DeviceScript's dashboard gets. */
let specifications: jdspec.ServiceSpec[]

beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), "emonscript-services-"))
    try {
        await cp(join(projectRoot, "services"), join(folder, "services"), { recursive: true })
        for (const name of ["devsconfig.json", "package.json"]) await writeFile(join(folder, name), "{}")
        await writeFile(join(folder, "main.ts"), 'import "@devicescript/core"\n')
        const cli = createRequire(import.meta.url).resolve("@devicescript/cli/package.json")
        const build = [join(dirname(cli), "built/devicescript-cli.cjs"), "build", "main.ts", "--quiet"]
        const env = { ...process.env, NO_UPDATE_NOTIFIER: "1" }
        await promisify(execFile)(process.execPath, build, { cwd: folder, env })
        specifications = JSON.parse(await readFile(join(folder, ".devicescript/services.json"), "utf8"))
    } finally {
        await rm(folder, { recursive: true, force: true })
    }
})

afterEach(closeOpenHouses)

test("a dashboard can read a meter's six values and send its commands", async () => {
    const open = await openHouse()
    const { house, meter } = open
    await house.until("readings arrive", () => house.counters.readings >= 1)
    const bus = await open.join()
    expect(bus.setCustomServiceSpecifications(specifications).errors).toEqual([])
    await house.until("it is there", () => bus.services({ serviceClass: SRV_EMON_METER }).length > 0)
    const [service] = bus.services({ serviceClass: SRV_EMON_METER })
    const { name, packets } = service!.specification!
    expect(name).toBe("Emon Meter")

    const own = packets.filter(({ derived }) => !derived)
    const values = []
    for (const register of own.filter(isRegister)) values.push(await read(service!, register))
    expect(values).toEqual([
        ["voltage", "V", expect.closeTo(230, -1)],
        ["current", "A", expect.closeTo(4.6, 0)],
        ["power", "W", expect.closeTo(1000, -2)],
        ["energy", "kWh", expect.closeTo(5, 0)],
        ["frequency", "Hz", expect.closeTo(50, 0)],
        ["power_factor", undefined, expect.closeTo(1, 0)],
    ])

    const commands = own.filter(isCommand)
    expect(commands.map(({ name, fields }) => [name, ...fields.map(field => field.name)])).toEqual([
        ["reset_energy"],
        ["set_address", "address"],
        ["set_alarm", "threshold"],
    ])
    await call(service!, commands[0]!)
    expect(meter.energyWh).toBeLessThan(5)
    await call(service!, commands[2]!, 2300)
    expect(meter.setting(1)).toBe(2300)
    await call(service!, commands[1]!, 9)
    expect(meter.address).toBe(9)
})

/** A register as a dashboard shows it: name, unit and value. */
async function read(service: JDService, { identifier, fields }: jdspec.PacketInfo): Promise<unknown[]> {
    const register = service.register(identifier)!
    await register.refresh()
    return [register.name, fields[0]!.unit, register.unpackedValue![0]]
}

/** Presses a command's button. */
async function call(service: JDService, { identifier, packFormat }: jdspec.PacketInfo, ...args: number[]) {
    const payload = packFormat ? jdpack(packFormat, args) : new Uint8Array()
    await service.sendCmdAwaitResponseAsync(Packet.from(identifier, payload), 5000)
}
