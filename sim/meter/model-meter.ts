import type { MeterModel, ModelField, RegisterPlace, RegisterType } from "./meter-model"
import { registersOf, widthOf } from "./meter-model"
import type { Measurement } from "./metrology"
import { quantityOf } from "./quantities"
import { ExceptionCode, ModbusException, type Request, readRegisters, twoWords } from "./rtu"
import { type MeterOptions, VirtualMeter } from "./virtual-meter"

/**
 * A virtual meter for any model file: measures its load, and keeps the results in registers as the file says.
 *
 * Registers without a field read 0 where the file permits reading them along, and do not exist elsewhere. A request for
 * more registers than the file permits is refused with exception 3. The meter is read-only.
 */
export class ModelMeter extends VirtualMeter {
    readonly address: number

    constructor(
        private readonly model: MeterModel,
        options: MeterOptions,
    ) {
        super(options, { current: model.startingCurrent, power: 0 }, model.timing.settleMs)
        this.address = options.address ?? model.line.address
    }

    protected override execute({ functionCode, data }: Request): Uint8Array | undefined {
        const { fields, identity } = this.model
        const places = [...fields.flatMap(placesOf), ...(identity ? [identity.place] : [])]
        const mine = places.some(place => place.function === functionCode)
        if (!mine) throw new ModbusException(ExceptionCode.illegalFunction)
        if (data.length !== 4) return undefined
        const [start, count] = twoWords(data)
        if (count > this.model.requests.most) throw new ModbusException(ExceptionCode.illegalDataValue)
        const words = this.words(functionCode)
        const { gap } = this.model.requests
        return readRegisters(
            start,
            count,
            register => words.get(register) ?? gapBetween(words, register, gap),
        )
    }

    /** The registers of a function that hold a value, with their content. */
    private words(functionCode: number): Map<number, number> {
        const measurement = this.metrology.read()
        const words = new Map<number, number>()
        const put = (place: RegisterPlace, raw: number) => {
            if (place.function !== functionCode) return
            const there = words.get(place.at) ?? 0
            for (const [i, word] of registerWords(place, raw, there).entries()) words.set(place.at + i, word)
        }
        const { identity } = this.model
        if (identity) put(identity.place, identity.is[0]!)
        for (const field of this.model.fields) {
            for (const register of field.scaleFrom) put(register, register.example)
            if (field.place) put(field.place, this.rawOf(field, measurement))
        }
        return words
    }

    /** The content of a field's register, before rounding. */
    private rawOf(field: ModelField, measurement: Measurement): number {
        const phases = this.model.fields.some(({ name }) => /_l[123]$/.test(name)) ? 3 : 1
        let value = quantityOf(field, measurement, phases, this.clock.now())
        if (field.sign === "negate") value = -value
        for (const register of field.scaleFrom) value /= scaleOf(register)
        return value / field.scale
    }
}

function placesOf({ place, scaleFrom }: ModelField): RegisterPlace[] {
    return place ? [place, ...scaleFrom] : []
}

function scaleOf({ as, example, scale, codes }: ModelField["scaleFrom"][number]): number {
    if (as === "factor") return example * scale
    return as === "decimals" ? 10 ** -example : (codes[example] ?? 1)
}

/** 0 for a register in a gap of at most `gap` registers between used ones. */
function gapBetween(words: ReadonlyMap<number, number>, register: number, gap: number): number | undefined {
    let before = 0
    while (before <= gap && !words.has(register - before)) before++
    let behind = 0
    while (behind <= gap && !words.has(register + behind)) behind++
    return before + behind - 1 <= gap ? 0 : undefined
}

/** A value as registers, high word first unless the type says otherwise. */
function registerWords({ type, byte }: RegisterPlace, value: number, there: number): number[] {
    const width = widthOf(type)
    const bytes = new DataView(new ArrayBuffer(8))
    if (type.startsWith("f")) bytes.setFloat32(0, value)
    else bytes.setBigInt64(0, whole(value, type) << BigInt(64 - 8 * width))
    if (width === 1) {
        const part = bytes.getUint8(0)
        return [byte === "high" ? (part << 8) | (there & 0xff) : (there & 0xff00) | part]
    }
    const words = Array.from({ length: registersOf(type) }, (_, i) => bytes.getUint16(2 * i))
    return type.endsWith("le") ? words.reverse() : words
}

/** The nearest integer that the type can hold. */
function whole(value: number, type: RegisterType): bigint {
    const bits = BigInt(8 * widthOf(type))
    const signed = type.startsWith("i")
    const most = signed ? 2n ** (bits - 1n) - 1n : 2n ** bits - 1n
    const least = signed ? -(2n ** (bits - 1n)) : 0n
    const nearest = BigInt(Math.round(value))
    if (nearest > most) return most
    return nearest < least ? least : nearest
}
