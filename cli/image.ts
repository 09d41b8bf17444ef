import "./quiet-end"
import { dirname, relative, resolve, sep } from "node:path"
import { Command } from "commander"
import { checkNeeded } from "../tools/deploy/needed"
import { CHIP_KINDS, chipKind } from "../tools/flash/chip-kind"
import type { Firmware } from "../tools/flash/firmware"
import { fetchFirmware, readFirmware } from "../tools/flash/get-firmware"
import { STORAGE } from "../tools/flash/layout"
import { storageImage } from "../tools/flash/storage-image"
import { webManifest } from "../tools/flash/web-manifest"
import { wholeImage } from "../tools/flash/whole-image"
import { hideKeys } from "../tools/hide-keys"
import { buildImage, imageText } from "../tools/image"
import { projectRoot } from "../tools/project"
import { isSameFile } from "../tools/same-file"
import { readSettings } from "../tools/settings/settings"
import { writeAtomically } from "../tools/setup/atomic-write"
import { readBoard } from "../tools/wiring/boards"
import { readConfig } from "../tools/wiring/read-wiring"
import { checkOutputs } from "./kept-files"

const HELP = `
Examples (the two dashes belong to npm):
  npm run image -- --out chip.bin                  firmware, program, settings and WiFi, for a new chip
  npm run image -- --out chip.bin --firmware devicescript-esp32-esp32_bare-0x1000.bin
  npm run image -- --out own.bin --settings-only   everything but the firmware, for a chip that has it
  npm run image -- --out chip.bin --manifest manifest.json   with a manifest for ESP Web Tools

For other flashing tools; npm run deploy does not need such a file. The file contains your key and your WiFi
password. Writing it to a chip deletes the readings that wait there. It has not been tested on a real chip yet;
the simulated firmware starts from it.`

/** File mode: only the owner may read an image, which contains a key and a password. */
const PRIVATE = 0o600

interface Options {
    readonly out: string
    readonly firmware?: string
    readonly settingsOnly?: true
    readonly manifest?: string
}

const command = new Command("npm run image --")
    .description("Writes a file for a chip's flash with this folder's program, settings and WiFi.")
    .requiredOption("--out <file>", "the file to write")
    .option("--firmware <file>", "use DeviceScript's firmware from this file, do not download it")
    .option("--settings-only", "without the firmware: only program, settings and WiFi")
    .option("--manifest <file>", "also write a manifest for ESP Web Tools")
    .addHelpText("after", HELP)
    .allowExcessArguments(false)
    .showHelpAfterError("(npm run image -- --help shows all options)")
    .parse()
const { out, firmware: file, settingsOnly, manifest } = command.opts<Options>()
if (settingsOnly && file !== undefined)
    command.error("error: --settings-only writes no firmware; leave --firmware out.")
if (manifest !== undefined && isSameFile(manifest, out))
    command.error("error: --out and --manifest are two files; give them different names.")

/** `devicescript.json` names no board, so the chip of the image is unknown. */
class NoBoard extends Error {
    constructor() {
        super("devicescript.json names no board, so the chip is unknown; add one, or run npm run setup")
        this.name = "NoBoard"
    }
}

/** The image's path as the manifest names it: relative to the manifest. */
function pathFrom(manifest: string, image: string): string {
    return relative(dirname(resolve(manifest)), resolve(image))
        .split(sep)
        .join("/")
}

const say = (sentence: string) => console.error(hideKeys(sentence))

try {
    const config = await readConfig(projectRoot)
    checkOutputs({ "--out": out, "--manifest": manifest }, config, file === undefined ? [] : [file])
    const settings = await readSettings(projectRoot)
    for (const note of settings.notes) say(note)
    checkNeeded(settings)
    const board = config.board === undefined ? undefined : readBoard(config.board, projectRoot)
    const kind = chipKind(board?.chip)
    if (!kind && (!settingsOnly || manifest !== undefined)) throw new NoBoard()
    const { bytecode, about } = await buildImage()
    const storage = storageImage({ bytecode, settings })
    let image = storage
    let firmware: Firmware | undefined
    if (!settingsOnly) {
        firmware = await (file === undefined ? fetchFirmware(kind!) : readFirmware(file, kind!))
        image = wholeImage(firmware, storage)
    }
    const offset = settingsOnly ? STORAGE : 0
    writeAtomically(out, image, PRIVATE)
    if (manifest !== undefined)
        writeAtomically(
            manifest,
            webManifest(kind!, pathFrom(manifest, out), offset, about.image.hash.slice(0, 12)),
        )
    say(`${imageText(about)}.`)
    const chips = kind?.name ?? CHIP_KINDS.map(({ name }) => name).join(", ")
    const size = image.length.toLocaleString("en")
    const what = firmware
        ? `firmware ${firmware.version}, program, settings and WiFi`
        : "program, settings and WiFi"
    console.log(
        `${out}: ${size} bytes for ${chips}: ${what}. Write it to the flash at 0x${offset.toString(16)}.`,
    )
    say("It contains your key and your WiFi password. Keep it private.")
} catch (error) {
    if (!(error instanceof Error) || error.name === "TypeError") throw error
    say(`npm run image: ${error.message}`)
    process.exitCode = 1
}
