import "../quiet-end"
import { outro } from "@clack/prompts"
import { Account } from "../../tools/emoncms/account"
import { EmonCmsApi } from "../../tools/emoncms/api"
import { EmonCmsError } from "../../tools/emoncms/errors"
import { type Provisioned, provision } from "../../tools/emoncms/provision"
import { wantedFor } from "../../tools/emoncms/wanted"
import { hideKeys } from "../../tools/hide-keys"
import { projectRoot } from "../../tools/project"
import { TextEncodingError } from "../../tools/settings/decode-text"
import { SettingsError } from "../../tools/settings/setting-error"
import { FileWriteError } from "../../tools/setup/atomic-write"
import { type FileChange, ProjectFiles } from "../../tools/setup/project-files"
import { uploadedFields } from "../../tools/setup/uploaded-fields"
import type { Wiring } from "../../tools/wiring/config"
import { ConfigError } from "../../tools/wiring/config-error"
import { CONFIG_FILE } from "../../tools/wiring/read-wiring"
import { fileSentence } from "../file-error"
import { type Answers, answersFrom, FilesSkippedError, MissingAnswerError, settingsOf } from "./answers"
import { type DeviceOutcome, DeviceStepError, runDevice } from "./device"
import { parseOptions, type SetupOptions, type StepName } from "./options"
import { onTerminal, plainLines, type Talk } from "./talk"
import { agrees, ask, GivenUp } from "./wizard"

/** Exit code of a program ended by Ctrl-C. */
const INTERRUPTED = 130

const USUAL_COLUMNS = 80

const NOTHING: Provisioned = { changed: 0, inputs: [], feeds: [], processLists: [], apps: [], told: [] }

/** `npm run setup`: sets up meter, chip and EmonCMS, from box to graph. */
async function setUp(options: SetupOptions): Promise<void> {
    const asks = !options.yes && !options.plan
    if (asks && !process.stdin.isTTY) {
        throw new MissingAnswerError("--yes (there is no terminal for questions)")
    }
    const talk =
        asks && !options.json ? onTerminal : plainLines(options.json ? process.stderr : process.stdout)
    const does = (step: StepName) => !options.skip.includes(step)

    const files = await ProjectFiles.read(projectRoot)
    for (const note of files.notes) talk.warn(note)
    const known = answersFrom(options, files)
    const answers = asks ? await ask(options, known, files) : known
    const needsServer = does("emoncms") || does("reading")
    if (needsServer && !answers.emoncms) throw new MissingAnswerError("--emoncms, the address of EmonCMS,")
    const isOtherServer = files.setting("EMON_KEY") !== undefined
    if (!answers.key && (needsServer || isOtherServer))
        throw new MissingAnswerError("--key, the Read & Write key of this EmonCMS,")
    const merged = await merge(answers, files, { does, talk })
    if (!options.plan && merged.unwritten.length > 0) throw new FilesSkippedError(merged.unwritten)
    // A key that the server does not know must not replace one that works.
    const account = needsServer ? await open(answers, talk) : undefined
    const changedFiles = await writeFiles(merged.changes, files, { options, asks })
    const { wiring } = merged
    const provisioned =
        account && does("emoncms") ? await doEmonCms(account, answers, wiring, options, talk) : NOTHING
    let device: DeviceOutcome | null = null
    if (!options.plan && answers.device !== "none") {
        device = await runDevice({ answers, account, feeds: provisioned.feeds, does, talk })
    }
    const { inputs, feeds, processLists, apps } = provisioned
    const changed = changedFiles + provisioned.changed
    if (options.json) console.log(JSON.stringify({ changed, inputs, feeds, processLists, apps, device }))
    else finish(changed, device, options, asks)
}

/**
 * Merges the answers into `devicescript.json` and `.env.local`, and shows the changes.
 * @returns the changes to write, and the names of files that the device needs with changes that are not written
 */
async function merge(
    answers: Answers,
    files: ProjectFiles,
    { does, talk }: { does: (step: StepName) => boolean; talk: Talk },
): Promise<{ changes: readonly FileChange[]; unwritten: readonly string[]; wiring: Wiring }> {
    const target = answers.device === "simulator" ? "simulator" : "device"
    const { board, line, meters } = answers
    const settings = settingsOf(answers, files)
    const { files: changes, wiring } = await files.merged(target, { board, line, meters }, settings)
    if (!does("files")) {
        // The simulator gets the server and its key with its command.
        const needed = changes.filter(({ name }) => answers.device === "chip" || name === CONFIG_FILE)
        const unwritten = answers.device === "none" ? [] : needed.map(({ name }) => name)
        return { changes: [], unwritten, wiring }
    }
    for (const file of changes) show(file, talk)
    if (changes.length === 0) talk.step("devicescript.json and .env.local need no changes.")
    if (settings.has("WIFI_PWD") && settings.get("WIFI_PWD") === undefined)
        talk.warn(`The WiFi network ${answers.wifi?.name} gets no password. --wifi-password sets one.`)
    return { changes, unwritten: [], wiring }
}

/** @returns how many files have changed, or would change */
async function writeFiles(
    changes: readonly FileChange[],
    files: ProjectFiles,
    { options, asks }: { options: SetupOptions; asks: boolean },
): Promise<number> {
    if (!options.plan) {
        if (asks && changes.length > 0 && !(await agrees("Write these changes?"))) throw new GivenUp()
        files.write(changes)
    }
    return changes.length
}

function show({ name, before, shown }: FileChange, talk: Talk): void {
    talk.step(before === "" ? `${name} is new:` : `${name} changes:`)
    talk.say(shown.join("\n"))
}

async function open({ emoncms, key }: Answers, talk: Talk): Promise<Account> {
    const account = await Account.open(new EmonCmsApi({ url: emoncms, key }))
    talk.step(`EmonCMS ${account.version ?? "(an older version)"} at ${new URL(emoncms).host}`)
    return account
}

/** Creates inputs, feeds, process lists and app, before the first upload. */
async function doEmonCms(
    account: Account,
    { node, purpose }: Answers,
    wiring: Wiring,
    { plan = false }: SetupOptions,
    talk: Talk,
): Promise<Provisioned> {
    const fields = uploadedFields(wiring, projectRoot)
    const app = purpose === "none" ? undefined : purpose
    const wanted = wantedFor(fields, { node, app, pollSeconds: wiring.pollSeconds })
    const done = await provision(account, wanted, { dry: plan })
    const made = plan ? "would be created" : "created"
    const words = { made, there: "exists already", left: "left unchanged" }
    const inputs = done.inputs.map(({ name, outcome }) => `input ${node}:${name}: ${words[outcome]}`)
    const feeds = done.feeds.map(
        ({ tag, name, input, outcome }) => `feed ${tag}:${name} from ${input}: ${words[outcome]}`,
    )
    const apps = done.apps.map(({ name, outcome }) => `app ${name}: ${words[outcome]}`)
    talk.say([...inputs, ...feeds, ...apps].join("\n"))
    for (const sentence of done.told) talk.warn(sentence)
    return done
}

function finish(changed: number, device: DeviceOutcome | null, { plan }: SetupOptions, asks: boolean): void {
    const things = changed === 1 ? "1 change" : `${changed} changes`
    const sentence = plan
        ? `${things} would be made.`
        : changed === 0
          ? "Nothing had to be changed."
          : `${things} made.`
    const reading = device?.reading
        ? ` ${device.reading.feed} has its first value: ${device.reading.value}.`
        : ""
    if (asks) outro(sentence + reading)
    else console.log(sentence + reading)
}

/** Errors that are reported in a sentence. All others are bugs of this program and print their stack. */
const TOLD = [
    EmonCmsError,
    ConfigError,
    SettingsError,
    FileWriteError,
    TextEncodingError,
    MissingAnswerError,
    FilesSkippedError,
    DeviceStepError,
]

// For a terminal of unknown width, for example on a serial line. Otherwise text would wrap after every letter.
if (process.stdout.isTTY && !process.stdout.columns) process.stdout.columns = USUAL_COLUMNS

process.once("SIGINT", () => process.exit(INTERRUPTED))
try {
    await setUp(parseOptions(process.argv))
} catch (error) {
    if (error instanceof GivenUp) process.exit(INTERRUPTED)
    const isTold = TOLD.some(type => error instanceof type)
    const sentence = isTold ? (error as Error).message : fileSentence(error)
    if (sentence === undefined) throw error
    console.error(`npm run setup: ${hideKeys(sentence)}`)
    process.exitCode = 1
}
