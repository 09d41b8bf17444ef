import { once } from "node:events"
import { type AddressInfo, createServer } from "node:net"
import { afterEach, expect, test } from "vitest"
import { BusConnection } from "../../../tools/device/bus-connection"
import { Device } from "../../../tools/device/device"
import { readStatus } from "../../../tools/device/status"
import { ProjectCopy } from "../start/npm-start"

let project: ProjectCopy

afterEach(() => project.remove())

test("npm start opens a port for its device, and reports a port in use", async () => {
    project = await ProjectCopy.make()
    const port = String(await freePort())
    const first = project.start("--device-port", port)
    await first.printed("heatpump: ")
    const connection = await BusConnection.open([Number(port)])
    const { program } = await readStatus(await Device.find(connection.bus))
    await connection.close()
    expect(program.counters.readings).toBeGreaterThan(0)
    expect(program.meters[0]!.values.voltage).toBeGreaterThan(200)

    const second = project.start("--device-port", port, "--seconds", "1", "--json")
    const { code, stdout } = await second.ended
    expect(stdout).toContain(`npm run device cannot find this device: port ${port} is taken`)
    expect(code).toBe(0)
})

async function freePort(): Promise<number> {
    const server = createServer().listen(0, "127.0.0.1")
    await once(server, "listening")
    const { port } = server.address() as AddressInfo
    server.close()
    await once(server, "close")
    return port
}
