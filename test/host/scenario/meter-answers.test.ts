import { expect, test } from "vitest"
import { modelIds, readModel } from "../../../tools/meters/catalog"
import { projectRoot } from "../../../tools/project"
import { ModelAnswers, UnwitnessedField } from "../../../tools/scenario/meter-answers"

const models = modelIds(projectRoot).map(id => readModel(id, projectRoot))

/** Frames whose values are all there, and have registers of their own. */
const frames = models.flatMap(model =>
    model.frames.flatMap(frame => {
        const fields = model.fields.filter(({ name }) => name in frame.values)
        const plain = fields.every(({ place, scaleFrom, sign }) => place && scaleFrom.length === 0 && !sign)
        const complete = fields.every(({ name }) => frame.values[name] !== null)
        return plain && complete && fields.length > 0 ? [{ id: model.id, model, frame, fields }] : []
    }),
)

const bytes = (hex: string) => Buffer.from(hex.replaceAll(" ", ""), "hex")

test.each(frames)("decodes a frame of $id, $frame.note", ({ model, frame, fields }) => {
    const uploaded = fields.map(({ name, decimals }) => ({ name, scale: decimals }))
    const answers = new ModelAnswers(model, fields, uploaded)
    const request = bytes(frame.request)
    const shown = answers.take(request, bytes(frame.reply))
    expect(shown!.values).toEqual(fields.map(({ name }) => frame.values[name]))
})

test("waits for all answers of a reading", () => {
    const model = models.find(({ id }) => id === "multical-403")!
    const [most, volume] = model.frames
    const fields = model.fields.filter(({ name }) => ["heat_power", "volume"].includes(name))
    const answers = new ModelAnswers(
        model,
        fields,
        fields.map(({ name, decimals }) => ({ name, scale: decimals })),
    )
    expect(answers.take(bytes(most!.request), bytes(most!.reply))).toBeUndefined()
    const shown = answers.take(bytes(volume!.request), bytes(volume!.reply))
    expect(new Set(shown!.values)).toEqual(new Set([7125, 345.5]))
    expect(shown!.told).toContain("7125 W")
})

test("refuses a field that follows from several registers", () => {
    const [model, field] = models.flatMap(it =>
        it.fields.filter(({ place }) => !place).map(sum => [it, sum] as const),
    )[0]!
    expect(() => new ModelAnswers(model, [field], [])).toThrow(UnwitnessedField)
})
