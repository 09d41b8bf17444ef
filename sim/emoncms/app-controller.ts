import { type App, AppError, type Apps, describeConfig, isAvailable } from "./apps"
import type { Context } from "./context"
import type { JsonReply } from "./php/json"
import { toInt } from "./php/number"
import { jsonOutput, type Output } from "./reply"

/** Answers `/app/...json` of EmonCMS's App module, as far as needed to set up an app. */
export function appController(context: Context, apps: Apps, userId: number): Output {
    try {
        return jsonOutput(answer(context, apps, userId))
    } catch (error) {
        if (!(error instanceof AppError)) throw error
        return jsonOutput({ success: false, message: error.message })
    }
}

function answer(context: Context, apps: Apps, userid: number): JsonReply {
    const { route, session, query, release } = context
    const byId = release.appsHaveIds
    if (route.action === "list" && session.read) return list(apps, byId)
    if (route.action === "add" && session.write) {
        const kind = query.get("app") ?? ""
        if (!isAvailable(kind)) return "Invalid app"
        const { id } = apps.add(kind, query.get("name") ?? "")
        return byId ? { success: true, id } : { success: true }
    }
    if (route.action === "setconfig" && session.write) {
        const app = apps.find(key(context))
        if (!app) throw new AppError(`App does not exist with ${byId ? "id" : "name"} ${key(context)}`)
        apps.configure(app, query.get("config") ?? "")
        return { success: true }
    }
    // As in the module, where apps have no ids, another app stands in for one that does not exist.
    const app = session.read ? (apps.find(key(context)) ?? (byId ? undefined : apps.all()[0])) : undefined
    if (!app || route.action !== "getconfig") throw new AppError("invalid app or permissions")
    if (!byId) return release.appTellsKind ? named(app) : describeConfig(app)
    return { ...describe(app, userid), config: describeConfig(app) }
}

/** The id or name of the app in a request. */
function key({ query, release }: Context): number | string {
    return release.appsHaveIds ? toInt(query.get("id") ?? "0") : (query.get("name") ?? "")
}

function list(apps: Apps, byId: boolean): JsonReply {
    if (!byId) return Object.fromEntries(apps.all().map(app => [app.name, named(app)]))
    return apps.all().map(({ id, app, name }) => ({ id: String(id), app, name, public: "0" }))
}

function named(app: App): { [field: string]: JsonReply } {
    return { app: app.app, config: describeConfig(app) }
}

function describe({ id, app, name }: App, userid: number): { [field: string]: JsonReply } {
    return { id: String(id), userid: String(userid), app, name, public: "0" }
}
