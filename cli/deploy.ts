import { Command } from "commander"
import { deploy } from "../tools/deploy/deploy"
import { openChip } from "../tools/deploy/find-chip"
import { firstUpload } from "../tools/deploy/follow"
import { checkNeeded } from "../tools/deploy/needed"
import { Device } from "../tools/device/device"
import { hideKeys } from "../tools/hide-keys"
import { buildImage, imageText } from "../tools/image"
import { projectRoot } from "../tools/project"
import { readSettings } from "../tools/settings/settings"

/** How long the first upload may take: joining the WiFi, two readings, an answer. */
const FIRST_UPLOAD_MS = 180_000

const {
    port,
    device: id,
    follow,
} = new Command("npm run deploy --")
    .description(
        "Puts the program of this folder, its settings and the WiFi onto a chip at USB, and waits until EmonCMS has accepted readings.",
    )
    .option("--port <path>", "the serial port; left out, the one at which DeviceScript answers")
    .option("--device <id>", "which device, where there are several on the bus: how its id begins")
    .option("--no-follow", "do not wait for the first upload")
    .addHelpText(
        "after",
        "\nThe stock firmware must be on the chip (docs/hardware.md). No real chip has seen this command yet.",
    )
    .allowExcessArguments(false)
    .parse()
    .opts<{ port?: string; device?: string; follow: boolean }>()

const say = (sentence: string) => console.error(hideKeys(sentence))

try {
    const settings = await readSettings(projectRoot)
    for (const note of settings.notes) say(note)
    checkNeeded(settings)
    const image = await buildImage()
    say(`${imageText(image.about)}.`)
    const serial = await openChip(port)
    try {
        say(`A chip answers at ${serial.path}.`)
        const device = await Device.find(serial.bus, id)
        const { sha256 } = await deploy(device, { bytecode: image.bytecode, settings }, say)
        console.log(`Device ${device.id} runs program ${sha256.slice(0, 12)}.`)
        if (follow) {
            say("Its log, until EmonCMS has accepted readings; Ctrl-C ends the watching, not the device:")
            const outcome = await firstUpload(serial, line => console.log(hideKeys(line)), FIRST_UPLOAD_MS)
            if (outcome.accepted) console.log("EmonCMS has accepted the first readings.")
            else {
                const trouble = outcome.trouble ? ` It said: ${outcome.trouble}` : ""
                say(`Nothing was accepted within ${FIRST_UPLOAD_MS / 60_000} minutes.${trouble}`)
                process.exitCode = 1
            }
        }
    } finally {
        await serial.close()
    }
} catch (error) {
    if (!(error instanceof Error) || error.name === "TypeError") throw error
    say(`npm run deploy: ${error.message}`)
    process.exitCode = 1
}
// For as long as it may wait for an answer, jacdac-ts keeps a timer and so the process.
process.stdout.write("", () => process.exit())
