import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, expect, test } from "vitest"
import { linuxPorts } from "../../../tools/serial-ports"

let root: string

beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "sys-"))
    await mkdir(join(root, "tty"))
})

afterEach(() => rm(root, { recursive: true }))

/** A port as Linux shows it: a link to a folder some levels below its USB device. */
async function port(name: string, usb: Record<string, string>, below: string): Promise<void> {
    const device = join(root, "devices", name)
    await mkdir(join(device, below, name), { recursive: true })
    for (const [file, text] of Object.entries(usb)) await writeFile(join(device, file), `${text}\n`)
    await symlink(join(device, below, name), join(root, "tty", name))
}

test("distinguishes chips and bridges by USB vendor", async () => {
    await port(
        "ttyACM0",
        { idVendor: "303a", idProduct: "1001", product: "USB JTAG/serial debug unit" },
        "1-1:1.0/tty",
    )
    await port("ttyUSB1", { idVendor: "10C4", manufacturer: "Silicon Labs" }, "1-2:1.0/ttyUSB1/tty")
    await port("ttyUSB0", { idVendor: "1234" }, "1-3:1.0/ttyUSB0/tty")
    await port("ttyUSB2", {}, "x/x/x/x/x")
    await port("ttyS0", { idVendor: "303a" }, "x")
    expect(linuxPorts(join(root, "tty"))).toEqual([
        {
            path: "/dev/ttyACM0",
            kind: "chip",
            description: "USB JTAG/serial debug unit",
            usb: { vendorId: 0x303a, productId: 0x1001 },
        },
        { path: "/dev/ttyUSB0", kind: "other", description: "USB vendor 1234" },
        { path: "/dev/ttyUSB1", kind: "bridge", description: "Silicon Labs" },
        { path: "/dev/ttyUSB2", kind: "other", description: "unknown" },
    ])
})

test("returns no ports on a computer without any", () => {
    expect(linuxPorts(join(root, "nothing"))).toEqual([])
})
