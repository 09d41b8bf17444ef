import type { MeterModel, ModelField, ModelFrame } from "../../../sim/meter/meter-model"
import { generateFields, importsCode } from "../../../tools/meters/generate-profile"
import { bytesOf } from "../../../tools/meters/model-mistakes"

/** A frame whose values the program prints. */
export interface TestFrame {
    readonly model: MeterModel
    readonly index: number
    readonly frame: ModelFrame
}

/**
 * A program for the DeviceScript VM that decodes frames as a poll does. For each it prints `frame NUMBER VALUES`: the
 * integers of the fields, in the order of the model.
 */
export function framesProgram(frames: readonly TestFrame[]): string {
    const sources = frames.map(({ model, frame }, i) =>
        generateFields(model, `frame${i}`, fieldsOf(model, frame), [requestOf(frame)]),
    )
    return [
        'import * as ds from "@devicescript/core"',
        ...importsCode(
            sources.flatMap(source => source.imports),
            "./line/meters",
        ),
        'import { decode } from "./line/meters/decode"',
        'import { parseReply } from "./line/modbus/reply"',
        ...sources.flatMap(source => source.functions),
        "function tell(frame: number, request: Buffer, reply: Buffer, table: Buffer, decoders: any[]) {",
        "    const profile: any = { table, decoders }",
        "    const values = decode(profile, [parseReply(request, reply, false).data])",
        '    console.log("frame " + frame + " " + values.join(","))',
        "}",
        ...frames.map(({ frame }, i) => {
            const { table, decoders } = sources[i]!
            const bytes = [bytesOf(frame.request), bytesOf(frame.reply), table].map(hexCode).join(", ")
            return `tell(${i}, ${bytes}, [${decoders.join(", ")}])\nawait ds.sleep(1)`
        }),
        "",
    ].join("\n")
}

/** The integers of a frame's values, as the program prints them. */
export function expectedText({ model, frame }: TestFrame): string {
    return fieldsOf(model, frame)
        .map(({ name, decimals }) => {
            const value = frame.values[name]
            return value === null ? "undefined" : String(Math.round(value! * 10 ** decimals))
        })
        .join()
}

function fieldsOf({ fields }: MeterModel, { values }: ModelFrame): ModelField[] {
    return fields.filter(({ name }) => name in values)
}

function requestOf({ request }: ModelFrame) {
    const [, code, startHigh, startLow, countHigh, countLow] = bytesOf(request)
    return {
        function: code as 3 | 4,
        start: startHigh! * 256 + startLow!,
        count: countHigh! * 256 + countLow!,
    }
}

function hexCode(bytes: readonly number[]): string {
    return `hex\`${bytes.map(byte => byte.toString(16).padStart(2, "0")).join("")}\``
}
