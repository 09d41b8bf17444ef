import { expect, test } from "vitest"
import { acceptedValues } from "../../../cli/start/accepted-values"

const NOON = Date.parse("2026-01-01T12:00:00Z")

const exchange = (dateMs: number | undefined, body = "ok") => ({
    method: "POST",
    target: "/emoncms/input/bulk?sentat=20",
    contentType: "application/x-www-form-urlencoded",
    body: Buffer.from('data=[[15,"house",{"power":24.5}]]'),
    reply: { status: 200, dateMs, body },
})

test.each([
    ["the server's clock", NOON],
    ["the house's clock if the server has none", undefined],
])("relative times are based on %s", (_, dateMs) => {
    const houseTime = dateMs === undefined ? NOON : 0
    expect(acceptedValues(exchange(dateMs), houseTime)).toEqual([
        { time: NOON / 1000 - 5, node: "house", input: "power", value: 24.5 },
    ])
})

test("a refused upload has none", () => {
    expect(acceptedValues(exchange(NOON, "Invalid API key"), NOON)).toEqual([])
})
