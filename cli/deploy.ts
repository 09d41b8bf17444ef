import { Command } from "commander"
import { deploy } from "../tools/deploy/deploy"
import { openChip } from "../tools/deploy/find-chip"
import { firstUpload } from "../tools/deploy/follow"
import { checkNeeded } from "../tools/deploy/needed"
import type { SerialBus } from "../tools/deploy/serial-bus"
import { Device } from "../tools/device/device"
import { chipKind } from "../tools/flash/chip-kind"
import { openStarted, putFirmware } from "../tools/flash/put-firmware"
import { hideKeys } from "../tools/hide-keys"
import { buildImage, type Image, imageText } from "../tools/image"
import { projectRoot } from "../tools/project"
import { readSettings } from "../tools/settings/settings"
import { readBoard } from "../tools/wiring/boards"
import { chooseChip, mayReplace, portToFlash } from "./ask-chip"
import { notBlank } from "./not-blank"
import { whole } from "./quiet-end"

/** How long the first upload may take, in ms: joining the WiFi, two readings, an answer. */
const FIRST_UPLOAD_MS = 180_000

const HELP = `
Examples (the two dashes belong to npm):
  npm run deploy                           a chip that has DeviceScript's firmware
  npm run deploy -- --flash                a new chip: first downloads and writes DeviceScript's firmware
  npm run deploy -- --flash --firmware devicescript-esp32-esp32_bare-0x1000.bin
  npm run deploy -- --port /dev/ttyUSB0    if several boards are connected

What is already on the chip is not written again. docs/hardware.md shows the wiring.
This command has not been tested with a real chip yet, only with simulated ones.`

interface Options {
    readonly port?: string
    readonly device?: string
    readonly flash?: true
    readonly firmware?: string
    readonly replace?: true
    readonly follow: boolean
}

const command = new Command("npm run deploy --")
    .description(
        "Writes this folder's program, settings and WiFi to a chip on USB, and waits until EmonCMS has accepted readings.",
    )
    .option("--port <path>", "the serial port; default: the one on which DeviceScript answers", notBlank)
    .option("--device <id>", "the device, if there are several on the bus: the start of its id")
    .option("--flash", "first write DeviceScript's stock firmware, unless the chip has it")
    .option("--firmware <file>", "with --flash: use this file of DeviceScript's release, do not download it")
    .option("--replace", "with --flash: replace other firmware on the chip without asking")
    .option("--no-follow", "do not wait for the first upload")
    .addHelpText("after", HELP)
    .allowExcessArguments(false)
    .showHelpAfterError("(npm run deploy -- --help shows all options)")
    .parse()
const options = command.opts<Options>()
if (!options.flash && (options.firmware !== undefined || options.replace))
    command.error("error: --firmware and --replace need --flash.")

const say = (sentence: string) => console.error(hideKeys(sentence))

/** Flashes the firmware if requested, and opens the chip's port. */
async function open({ port, flash, firmware, replace }: Options, { wiring }: Image): Promise<SerialBus> {
    if (!flash) return openChip(port, chooseChip)
    const board = wiring.board === undefined ? undefined : readBoard(wiring.board, projectRoot)
    const found = await portToFlash(port)
    const order = {
        wanted: chipKind(board?.chip),
        file: firmware,
        mayReplace: replace ? async () => true : mayReplace,
        say,
    }
    const { started } = await whole(() => putFirmware(found, order))
    if (!started) say("This port cannot reset the chip. Press its RST or EN button now.")
    return openStarted(found.path)
}

async function watch(serial: SerialBus): Promise<void> {
    say("The device's log, until EmonCMS has accepted readings. Ctrl-C stops the display, not the device:")
    const outcome = await firstUpload(serial, line => console.log(hideKeys(line)), FIRST_UPLOAD_MS)
    if (outcome.accepted) return console.log("EmonCMS has accepted the first readings.")
    const trouble = outcome.trouble ? ` Last problem: ${outcome.trouble}` : ""
    const time = outcome.unplugged
        ? "before the port was disconnected"
        : `within ${FIRST_UPLOAD_MS / 60_000} minutes`
    say(`EmonCMS accepted no readings ${time}.${trouble}`)
    process.exitCode = 1
}

try {
    const settings = await readSettings(projectRoot)
    for (const note of settings.notes) say(note)
    checkNeeded(settings)
    const image = await buildImage()
    say(`${imageText(image.about)}.`)
    const serial = await open(options, image)
    try {
        say(`A chip answers at ${serial.path}.`)
        const device = await Device.find(serial.bus, options.device)
        const { sha256 } = await whole(() => deploy(device, { bytecode: image.bytecode, settings }, say))
        console.log(`Device ${device.id} runs program ${sha256.slice(0, 12)}.`)
        if (options.follow) await watch(serial)
    } finally {
        await serial.close()
    }
} catch (error) {
    if (!(error instanceof Error) || error.name === "TypeError") throw error
    say(`npm run deploy: ${error.message}`)
    process.exitCode = 1
}
// jacdac-ts keeps a timer running for as long as a reply may take, and the timer keeps the process alive.
process.stdout.write("", () => process.exit())
