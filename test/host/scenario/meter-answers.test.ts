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

/** A register holds its high byte first. The CRCs are not looked at. */
test.each([
    { type: "u8", byte: "high", value: 0x81 },
    { type: "u8", byte: "low", value: 0xfe },
    { type: "i8", byte: "high", value: -0x7f },
    { type: "i8", byte: "low", value: -2 },
] as const)("decodes the $byte byte of a register as $type", ({ type, byte, value }) => {
    const [model] = models
    const place = { function: 3, at: 5, type, byte } as const
    const field = {
        ...model!.fields[0]!,
        unit: "",
        decimals: 0,
        scale: 1,
        scaleFrom: [],
        sign: undefined,
        place,
    }
    const answers = new ModelAnswers(model!, [field], [{ name: "byte", scale: 0 }])
    const shown = answers.take(bytes("01 03 00 05 00 01 00 00"), bytes("01 03 02 81 fe 00 00"))
    expect(shown!.values).toEqual([value])
})

test("refuses a field that follows from several registers", () => {
    const [model, field] = models.flatMap(it =>
        it.fields.filter(({ place }) => !place).map(sum => [it, sum] as const),
    )[0]!
    expect(() => new ModelAnswers(model, [field], [])).toThrow(UnwitnessedField)
})
