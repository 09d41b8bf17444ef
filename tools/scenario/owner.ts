import type { EmonCmsServer } from "../../sim/emoncms/server"
import { withoutNotices } from "../emoncms/api"

/** EmonCMS's numbers for its feed engines. */
const PHPFINA = 5
const PHPTIMESERIES = 2

/** The shortest interval of a PHPFINA feed, in seconds. */
const SHORTEST_INTERVAL = 10

/**
 * Sets up EmonCMS through its API, as its owner would in the browser: every input is logged to a feed of the same name.
 * @returns feed ids by input names
 */
export async function setUpFeeds(
    server: EmonCmsServer,
    node: string,
    inputs: readonly string[],
    intervalSeconds: number,
): Promise<Map<string, number>> {
    const { url } = await server.listen()
    const call = async <T>(path: string, form?: Record<string, string>): Promise<T> => {
        const response = await fetch(url + path, {
            method: form ? "POST" : "GET",
            headers: { Authorization: `Bearer ${server.writeKey}` },
            body: form && new URLSearchParams(form),
        })
        return JSON.parse(withoutNotices(await response.text())) as T
    }
    const engine = intervalSeconds < SHORTEST_INTERVAL ? PHPTIMESERIES : PHPFINA
    const options = JSON.stringify({ interval: intervalSeconds })
    // EmonCMS creates an input when it gets the first value.
    await call(
        `/input/post?node=${node}&time=1&fulljson=${JSON.stringify(Object.fromEntries(inputs.map(i => [i, 0])))}`,
    )
    const list = await call<{ id: string; name: string }[]>("/input/list.json")
    const feeds = new Map<string, number>()
    for (const name of inputs) {
        const { feedid } = await call<{ feedid: number }>(
            `/feed/create.json?tag=${node}&name=${name}&engine=${engine}&options=${options}`,
        )
        const { id } = list.find(input => input.name === name)!
        // The newest versions accept only JSON, all others only numbers.
        const inJson = JSON.stringify([{ fn: "process__log_to_feed", args: [feedid] }])
        const processlist = server.release.processLists === "json" ? inJson : `1:${feedid}`
        await call(`/input/process/set.json?inputid=${id}`, { processlist })
        feeds.set(name, feedid)
    }
    await server.close()
    return feeds
}
