import { join } from "node:path"
import { readBytesIfThere } from "../read-if-there"
import { decodeText } from "../settings/decode-text"
import { parseSettings } from "../settings/parse-settings"
import { SettingsError } from "../settings/setting-error"
import { readSettings } from "../settings/settings"
import type { Config, Target, Wiring } from "../wiring/config"
import { ConfigError } from "../wiring/config-error"
import { JsonSource } from "../wiring/json-source"
import { CONFIG_FILE, readConfigText, wiringOfText } from "../wiring/read-wiring"
import { schemaMistakes } from "../wiring/schema-check"
import { writeAtomically } from "./atomic-write"
import { type ConfigChanges, mergeConfig } from "./config-file"
import { mergeEnv, shownChanges } from "./env-file"

const SETTINGS_FILE = ".env.local"
const DEFAULTS_FILE = ".env.defaults"

/** One of the owner's two files, before and after the changes. */
export interface FileChange {
    readonly name: string
    readonly before: string
    readonly after: string
    /** The added and removed lines, without secrets. */
    readonly shown: readonly string[]
}

/** `devicescript.json` and `.env.local` of a project. They are read once, merged, checked, and each written as a whole. */
export class ProjectFiles {
    private constructor(
        private readonly root: string,
        private readonly config: string,
        private readonly env: string,
        private readonly settings: ReadonlyMap<string, unknown>,
        /** `EMON_URL` in the owner's own file, if it has one. */
        readonly ownAddress: string | undefined,
        /** Sentences about similarly named files that are not read. */
        readonly notes: readonly string[],
    ) {}

    /**
     * @param root the project's folder
     * @throws SettingsError, ConfigError, TextEncodingError for mistakes in the existing files
     */
    static async read(root: string): Promise<ProjectFiles> {
        // The check that applies to all settings for a device. It also finds files in another encoding.
        const { ownAddress, notes } = await readSettings(root)
        const bytes = async (name: string) => (await readBytesIfThere(join(root, name))) ?? Buffer.of()
        const config = await readConfigText(root)
        const env = decodeText(await bytes(SETTINGS_FILE))
        const defaults = decodeText(await bytes(DEFAULTS_FILE))
        checkShape(new JsonSource(config))
        const settings = new Map([...checked(defaults, DEFAULTS_FILE), ...checked(env, SETTINGS_FILE)])
        return new ProjectFiles(root, config, env, settings, ownAddress, notes)
    }

    /** A setting as the device would get it now; `undefined` if there is none. */
    setting(name: string): string | undefined {
        const value = this.settings.get(name)
        return value === undefined ? undefined : String(value)
    }

    /** `devicescript.json` as it is now. If it is unfinished, parts may be missing. */
    get wired(): Partial<Config> {
        return new JsonSource(this.config).value as Partial<Config>
    }

    /**
     * Merges the changes into both files, without writing them.
     * @throws ConfigError, SettingsError for mistakes in the merged files
     */
    async merged(
        target: Target,
        changes: ConfigChanges,
        settings: ReadonlyMap<string, string | undefined>,
    ): Promise<{ files: FileChange[]; wiring: Wiring }> {
        const config = mergeConfig(this.config, changes)
        const env = mergeEnv(this.env, settings)
        checked(env, SETTINGS_FILE)
        const wiring = await wiringOfText(config, target, this.root)
        const files = [change(CONFIG_FILE, this.config, config), change(SETTINGS_FILE, this.env, env)]
        return { files: files.filter(({ before, after }) => before !== after), wiring }
    }

    /** @throws FileWriteError */
    write(files: readonly FileChange[]): void {
        for (const { name, after } of files) {
            // Other users of this computer must not read the passwords.
            const mode = name === SETTINGS_FILE ? 0o600 : undefined
            writeAtomically(join(this.root, name), after, mode)
        }
    }
}

function change(name: string, before: string, after: string): FileChange {
    return { name, before, after, shown: shownChanges(before, after) }
}

/**
 * Checks that changes can be merged into a configuration. Parts may be missing, but not be something else.
 * @throws ConfigError
 */
function checkShape(source: JsonSource): void {
    const isObject = (value: unknown) => typeof value === "object" && value !== null && !Array.isArray(value)
    const wrong = schemaMistakes(source.value).filter(({ path, value }) => {
        if (path === "meters") return value !== undefined && !Array.isArray(value)
        return /^(line|meters\[\d+\])?$/.test(path) && value !== undefined && !isObject(value)
    })
    const mistakes = source.mistakes.length > 0 ? source.mistakes : source.locate(wrong)
    if (mistakes.length > 0) throw new ConfigError(CONFIG_FILE, mistakes)
}

function checked(text: string, file: string): ReadonlyMap<string, unknown> {
    const { settings, errors } = parseSettings(text, file)
    if (errors.length > 0) throw new SettingsError(errors)
    return settings
}
