import { describe, expect, test } from "vitest"
import { constantLoad } from "../../../sim/meter/load"
import { ModelMeter } from "../../../sim/meter/model-meter"
import { withCrc } from "../../../sim/meter/rtu"
import { modelIds, readModel } from "../../../tools/meters/catalog"
import { planRequests } from "../../../tools/meters/plan-requests"
import { projectRoot } from "../../../tools/project"
import { stillClock } from "../meter/asking"

describe.each(modelIds(projectRoot).map(id => readModel(id, projectRoot)))("a virtual $id", model => {
    const places = model.fields.flatMap(({ place, scaleFrom }) => (place ? [place, ...scaleFrom] : []))
    const ask = (code: number, start: number, count: number) => {
        const load = constantLoad({ power: 1000 })
        const meter = new ModelMeter(model, { clock: stillClock(), address: 7, load, energyWh: 5_000_000 })
        return meter.receive(withCrc([7, code, start >> 8, start & 0xff, count >> 8, count & 0xff]))?.bytes
    }

    test.each([1200, 9600, 38400])("answers the planned requests at %i bit/s", baud => {
        for (const { function: code, start, count } of planRequests(places, model, baud)) {
            expect(count).toBeLessThanOrEqual(model.requests.most)
            const answer = ask(code, start, count)!
            expect([...answer.slice(0, 3)]).toEqual([7, code, 2 * count])
        }
    })

    test("refuses more registers than its file allows", () => {
        const { function: code, at } = places[0]!
        expect(ask(code, at, model.requests.most + 1)?.[1]).toBe(code | 0x80)
    })
})
