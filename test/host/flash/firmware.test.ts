import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { expect, test } from "vitest"
import { CHIP_KINDS, chipKind } from "../../../tools/flash/chip-kind"
import { FirmwareUnfit, FirmwareUnreachable, FirmwareUnreadable } from "../../../tools/flash/errors"
import { checkedFirmware } from "../../../tools/flash/firmware"
import { fetchFirmware, firmwareAddress, readFirmware } from "../../../tools/flash/get-firmware"
import { madeUpFirmware } from "./made-up-firmware"

const [esp32, c3] = [chipKind("esp32")!, chipKind("esp32c3")!]

test("uses the addresses in DeviceScript's own list", async () => {
    const text = await readFile("node_modules/@devicescript/cli/built/devicescript-cli.cjs", "utf8")
    for (const kind of CHIP_KINDS) expect(text).toContain(`bareUrl: "${firmwareAddress(kind)}"`)
})

test("reads the version of the firmware", () => {
    expect(checkedFirmware(madeUpFirmware(c3), c3, "made up").version).toBe("v2.16.1")
})

test.each<[string, Buffer, string]>([
    ["a text file", Buffer.from("<html>not found</html>"), "is not firmware for an ESP32"],
    ["firmware for a C3", madeUpFirmware(c3), "is not for an ESP32"],
    ["firmware with other partitions", madeUpFirmware(esp32, { storage: 0x200000 }), "is not DeviceScript's"],
    [
        "a full chip image",
        Buffer.concat([madeUpFirmware(esp32), Buffer.alloc(0x1c0000)]),
        "too long for firmware",
    ],
    ["truncated firmware", madeUpFirmware(esp32).subarray(0, 0x9000), "is not firmware"],
])("refuses %s and names the right file", (_, bytes, reason) => {
    expect(() => checkedFirmware(bytes, esp32, "x.bin")).toThrow(FirmwareUnfit)
    expect(() => checkedFirmware(bytes, esp32, "x.bin")).toThrow(reason)
    expect(() => checkedFirmware(bytes, esp32, "x.bin")).toThrow("devicescript-esp32-…-0x1000.bin")
})

test("reads firmware from a file", async () => {
    const folder = await mkdtemp(join(tmpdir(), "firmware-"))
    const file = join(folder, "firmware.bin")
    await writeFile(file, madeUpFirmware(esp32))
    expect((await readFirmware(file, esp32)).origin).toBe(file)
    await expect(readFirmware(join(folder, "none.bin"), esp32)).rejects.toThrow(FirmwareUnreadable)
    await rm(folder, { recursive: true })
})

test("downloads firmware from a release, or reports why it cannot", async () => {
    const server = createServer(({ url }, response) => {
        if (url === "/devicescript-esp32c3-esp32c3_bare-0x0.bin") response.end(madeUpFirmware(c3))
        else response.writeHead(404).end()
    })
    await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve))
    const release = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    expect((await fetchFirmware(c3, release)).version).toBe("v2.16.1")
    await expect(fetchFirmware(esp32, release)).rejects.toThrow("HTTP 404")
    await new Promise(resolve => server.close(resolve))
    await expect(fetchFirmware(c3, release)).rejects.toThrow(FirmwareUnreachable)
    await expect(fetchFirmware(c3, release)).rejects.toThrow("name it with --firmware")
})
