import { createHash } from "node:crypto"
import { setTimeout as wait } from "node:timers/promises"
import { ESPLoader, Transport } from "esptool-js"
import type { FoundPort } from "../serial-ports"
import { CHIP_KINDS, type ChipKind } from "./chip-kind"
import { FirmwareUnfit, FlashFailed, NoBootRom } from "./errors"
import { APPLICATION_HEAD_BYTES, type Application, applicationOf, type Firmware } from "./firmware"
import { APPLICATION, ERASED, OF_THE_BOARD } from "./layout"
import { WebSerialPort } from "./web-serial-port"

/** Baud rates of the boot ROM, and of the stub that is then loaded into the chip's RAM. */
const ROM_BAUD = 115_200
const STUB_BAUD = 460_800

/** How long the chip is held in reset, in ms. */
const RESET_MS = 100
/** Attempts to reach the boot ROM. Each takes a second. */
const ATTEMPTS = 4

/** What is in the flash where the firmware belongs. */
export type Found =
    | { readonly is: "nothing" }
    | { readonly is: "same" }
    /** @property application its description, if it has one */
    | { readonly is: "other"; readonly application: Application | undefined }

/** A chip at a serial port, in flashing mode. */
export class Flasher {
    private constructor(
        private readonly loader: ESPLoader,
        private readonly port: WebSerialPort,
        readonly kind: ChipKind,
    ) {}

    /**
     * Resets the chip at a port into its boot ROM, whatever it is running.
     * @throws NoBootRom; FirmwareUnfit for a chip without DeviceScript firmware
     */
    static async open({ path, usb }: Pick<FoundPort, "path" | "usb">): Promise<Flasher> {
        const port = new WebSerialPort(path, usb)
        const loader = new ESPLoader({
            transport: new QuietTransport(port),
            baudrate: STUB_BAUD,
            romBaudrate: ROM_BAUD,
            terminal: { clean() {}, writeLine() {}, write() {} },
        })
        try {
            await loader.connect("default_reset", ATTEMPTS)
            const kind = CHIP_KINDS.find(({ name }) => name === loader.chip.CHIP_NAME)
            if (!kind)
                throw new FirmwareUnfit(`The ${loader.chip.CHIP_NAME} at ${path}`, "is not a supported chip")
            await loader.chip.postConnect?.(loader)
            await loader.runStub()
            await loader.changeBaud()
            return new Flasher(loader, port, kind)
        } catch (error) {
            await loader.transport.disconnect().catch(() => {})
            if (error instanceof FirmwareUnfit) throw error
            throw new NoBootRom(path, { cause: error })
        }
    }

    /**
     * Compares the flash with a firmware. The pin names in a board's own firmware do not count, because the program brings its
     * own.
     * @throws FlashFailed
     */
    async look({ bytes, kind }: Firmware): Promise<Found> {
        return this.step("while its flash is read", async () => {
            const begin = kind.firmwareOffset
            const parts: [number, number][] = [
                [begin, OF_THE_BOARD],
                [APPLICATION, begin + bytes.length],
            ]
            for (const [from, to] of parts) {
                const wanted = md5(bytes.subarray(from - begin, to - begin))
                if ((await this.loader.flashMd5sum(from, to - from)) !== wanted) return this.other(begin)
            }
            return { is: "same" }
        })
    }

    private async other(begin: number): Promise<Found> {
        const head = await this.loader.readFlash(APPLICATION, APPLICATION_HEAD_BYTES)
        const boot = await this.loader.readFlash(begin, APPLICATION_HEAD_BYTES)
        if ([...head, ...boot].every(byte => byte === ERASED)) return { is: "nothing" }
        return { is: "other", application: applicationOf(head) }
    }

    /**
     * Writes a firmware, and has the chip verify its flash.
     * @param progress called with the part that is written, from 0 to 1
     * @throws FlashFailed
     */
    async write({ bytes, kind }: Firmware, progress: (part: number) => void = () => {}): Promise<void> {
        await this.step("while its firmware is written", () =>
            this.loader.writeFlash({
                fileArray: [{ data: bytes, address: kind.firmwareOffset }],
                flashMode: "keep",
                flashFreq: "keep",
                flashSize: "keep",
                eraseAll: false,
                compress: true,
                reportProgress: (_, written, total) => progress(written / total),
                calculateMD5Hash: md5,
            }),
        )
    }

    /**
     * Starts the program on the chip, and closes the port.
     * @returns whether the port can reset the chip; if not, somebody must press the button
     */
    async leave(): Promise<boolean> {
        // The library's own reset releases a line that it has not asserted.
        await this.port.setSignals({ dataTerminalReady: false, requestToSend: true })
        await wait(RESET_MS)
        await this.port.setSignals({ requestToSend: false })
        const { canReset } = this.port
        if (!canReset) await this.loader.flashDeflFinish(true).catch(() => {})
        await this.close()
        return canReset
    }

    /** Closes the port, and leaves the chip as it is. */
    async close(): Promise<void> {
        await this.loader.transport.disconnect().catch(() => {})
    }

    private async step<T>(name: string, work: () => Promise<T>): Promise<T> {
        try {
            return await work()
        } catch (cause) {
            throw new FlashFailed(name, { cause })
        }
    }
}

/** The library's own transport logs everything it does. */
class QuietTransport extends Transport {
    override trace(): void {}
}

function md5(bytes: Uint8Array): string {
    return createHash("md5").update(bytes).digest("hex")
}
