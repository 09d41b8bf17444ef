import { wallClock } from "../../../sim/clock"
import { type EmonCmsOptions, EmonCmsServer } from "../../../sim/emoncms/server"
import { Account } from "../../../tools/emoncms/account"
import { EmonCmsApi } from "../../../tools/emoncms/api"
import { type Provisioned, provision } from "../../../tools/emoncms/provision"
import { type UploadedField, type Wanted, wantedFor } from "../../../tools/emoncms/wanted"

/** The node that the tests set up. */
export const NODE = "house"

/** Power and energy of a meter. */
export const METER: readonly UploadedField[] = [
    { meter: "m", field: "power", input: "power", unit: "W" },
    { meter: "m", field: "energy", input: "energy", unit: "Wh" },
]

/** What a house should have. */
export function house(fields = METER, node = NODE): Wanted {
    return wantedFor(fields, { node, app: "myelectric", pollSeconds: 10 })
}

/** An account of the stand-in, and what an owner does in it. */
export class OwnersAccount {
    private constructor(
        readonly server: EmonCmsServer,
        readonly api: EmonCmsApi,
    ) {}

    static async open(options: Partial<EmonCmsOptions> = {}): Promise<OwnersAccount> {
        const server = new EmonCmsServer({ clock: wallClock, ...options })
        const { url } = await server.listen()
        return new OwnersAccount(server, new EmonCmsApi({ url, key: server.writeKey }))
    }

    async setUp(what = house(), options = {}): Promise<Provisioned> {
        return provision(await Account.open(this.api), what, options)
    }

    async input(node: string, name: string): Promise<number> {
        await this.api.post("/input/post", {}, { node, time: 1, fulljson: JSON.stringify({ [name]: 1 }) })
        const inputs = (await this.api.get("/input/list.json")).json as Record<string, string>[]
        return Number(inputs.find(input => input.nodeid === node && input.name === name)!.id)
    }

    async feed(tag: string, name: string): Promise<number> {
        const options = '{"interval":10}'
        const { json } = await this.api.get("/feed/create.json", { tag, name, engine: 5, options })
        return (json as { feedid: number }).feedid
    }

    /** @param list with names, `process__log_to_feed:1`; servers that want JSON get it as that */
    async processList(inputid: number, list: string): Promise<void> {
        const steps = list.split(",").map(step => {
            const [fn, ...args] = step.split(":")
            return { fn, args: args.map(Number) }
        })
        for (const processlist of [JSON.stringify(steps), list])
            await this.api.post("/input/process/set.json", { inputid }, { processlist })
    }

    async app(name: string, config: object, app = "myelectric"): Promise<void> {
        const { json } = await this.api.get("/app/add.json", { app, name })
        const { id } = json as { id?: number }
        const key: Record<string, string | number> = id === undefined ? { name } : { id }
        await this.api.get("/app/setconfig.json", { ...key, config: JSON.stringify(config) })
    }

    /** The settings of all apps, by name. */
    async apps(): Promise<Record<string, unknown>> {
        const account = await Account.open(this.api)
        const apps = (await account.apps()) ?? []
        const configs = await Promise.all(apps.map(async app => [app.name, await account.appConfig(app)]))
        return Object.fromEntries(configs)
    }
}
