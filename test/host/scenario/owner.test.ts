import { expect, test } from "vitest"
import { wallClock } from "../../../sim/clock"
import { EmonCmsServer } from "../../../sim/emoncms/server"
import { setUpFeeds } from "../../../tools/scenario/owner"

test.each(["11.16.8", "11.4.11", "11.0.9-php8.2", "10.2.7-php8.2", "9.8.10"])(
    "feeds that the owner sets up on EmonCMS %s are filled by uploads",
    async version => {
        const server = new EmonCmsServer({ clock: wallClock, version })
        const feeds = await setUpFeeds(server, "house", ["power", "energy"], 10)
        const { url } = await server.listen()
        await fetch(`${url}/input/bulk?time=1700000000`, {
            method: "POST",
            headers: { Authorization: `Bearer ${server.writeKey}` },
            body: new URLSearchParams({ data: '[[0,"house",{"power":12.5},{"energy":7}]]' }),
        })
        await server.close()
        const points = ["power", "energy"].map(name => server.feedPointsSince(feeds.get(name)!, 0))
        expect(points).toEqual([[[1_700_000_000, 12.5]], [[1_700_000_000, 7]]])
    },
)
