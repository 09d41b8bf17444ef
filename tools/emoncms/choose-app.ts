import type { App, AppConfig } from "./account"

/** An app of the account with its settings. */
export interface ConfiguredApp {
    readonly app: App
    readonly config: AppConfig
}

/** The app that is looked for. */
export interface SoughtApp {
    /** The names that the set-up gives its own apps, the usual one first. */
    readonly names: readonly string[]
    /** All settings that name feeds. */
    readonly roles: readonly string[]
    /** The feeds for these settings; the id of a feed that a dry run would create is `undefined`. */
    readonly feeds: ReadonlyMap<string, number | undefined>
}

/**
 * Chooses the app that shows the feeds, or that can get them; `undefined` if an app of its own is needed. An app that shows
 * the feeds of another meter must not get the rest from this one.
 * @param apps all apps of the wanted kind
 */
export function chooseApp(apps: readonly ConfiguredApp[], sought: SoughtApp): ConfiguredApp | undefined {
    const rank = ({ app }: ConfiguredApp) => {
        const place = sought.names.indexOf(app.name)
        return place < 0 ? sought.names.length : place
    }
    const suitable = apps.filter(one => suits(one, sought)).sort((a, b) => rank(a) - rank(b))
    return suitable.find(one => shown(one, sought).length > 0) ?? suitable[0]
}

function suits(one: ConfiguredApp, sought: SoughtApp): boolean {
    const { names, roles, feeds } = sought
    const isSet = (role: string) => role in one.config
    const same = shown(one, sought)
    if (!names.includes(one.app.name)) return roles.filter(isSet).every(role => same.includes(role))
    // Its owner may have replaced feeds of the set-up's own app.
    const ownRoles = [...feeds.keys()]
    return same.length > 0 || !ownRoles.some(isSet) || ownRoles.every(isSet)
}

/** The settings in which an app has the feeds. */
function shown({ config }: ConfiguredApp, { feeds }: SoughtApp): string[] {
    return [...feeds].flatMap(([role, id]) =>
        role in config && String(config[role]) === String(id) ? role : [],
    )
}

/** The first name that no app has yet; further ones are the last name with a number. */
export function freeName(names: readonly string[], apps: readonly App[]): string {
    const isFree = (wanted: string) => !apps.some(({ name }) => name === wanted)
    const free = names.find(isFree)
    if (free !== undefined) return free
    let number = 2
    while (!isFree(`${names.at(-1)} ${number}`)) number++
    return `${names.at(-1)} ${number}`
}
