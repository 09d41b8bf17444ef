import {
    type MeterModel,
    type ModelField,
    type RegisterPlace,
    registersOf,
    widthOf,
} from "../../sim/meter/meter-model"
import type { UploadedField } from "../wiring/config"

/** The values that a meter has shown. */
export interface Shown {
    /** In the units of the EmonCMS feeds. */
    readonly values: readonly number[]
    /** How the program's log line about such a reading begins, after the meter's name. */
    readonly told: string
}

/** Decodes the answers of one meter, independently of the program's decoder. */
export interface MeterAnswers {
    /** The inputs for the meter's values, without the meter's name. */
    readonly inputs: readonly string[]
    /** Index of the input that counts Wh; -1 for none. */
    readonly energy: number
    /**
     * Takes a request and its answer.
     * @returns what the meter has shown, if these are the last registers of a reading
     */
    take(request: Uint8Array, answer: Uint8Array): Shown | undefined
}

/** The inputs that emonscript uploads for a PZEM-016. */
export const INPUTS = ["voltage", "current", "power", "energy", "frequency", "power_factor", "alarm"] as const

const READ_INPUT = 0x04
const ALL_REGISTERS = 20

/** Decodes the answers of a PZEM-016. */
export class PzemAnswers implements MeterAnswers {
    readonly inputs = INPUTS
    readonly energy = INPUTS.indexOf("energy")

    take(_request: Uint8Array, answer: Uint8Array): Shown | undefined {
        if (answer[1] !== READ_INPUT || answer[2] !== ALL_REGISTERS) return undefined
        const values = valuesIn(answer)
        const [voltage, current, power] = values
        const told = `${voltage!.toFixed(1)} V, ${current!.toFixed(3)} A, ${power!.toFixed(1)} W`
        return { values, told }
    }
}

/** Decodes the ten input registers as in the meter's manual: 0.1 V, 1 mA, 0.1 W, 1 Wh, 0.1 Hz, 0.01. */
function valuesIn(bytes: Uint8Array): number[] {
    const word = (register: number) => bytes[3 + 2 * register]! * 256 + bytes[4 + 2 * register]!
    const long = (register: number) => word(register) + 65536 * word(register + 1)
    return [word(0) / 10, long(1) / 1000, long(3) / 10, long(5), word(7) / 10, word(8) / 100, word(9)]
}

/** The scenario's witness cannot decode such a field. */
export class UnwitnessedField extends Error {
    constructor(
        readonly model: string,
        readonly field: string,
    ) {
        super(`A scenario cannot check the field ${field} of ${model}: it follows from other registers`)
        this.name = "UnwitnessedField"
    }
}

/** Decodes the answers of a meter by its model file. Every value must have registers of its own. */
export class ModelAnswers implements MeterAnswers {
    readonly inputs: readonly string[]
    readonly energy: number
    /** Register values by function code and register number. */
    private readonly words = new Map<string, number>()

    /**
     * @param fields the fields of a reading, in order
     * @param uploaded the inputs for these fields
     * @throws UnwitnessedField
     */
    constructor(
        model: MeterModel,
        private readonly fields: readonly ModelField[],
        private readonly uploaded: readonly UploadedField[],
    ) {
        const strange = fields.find(({ place, scaleFrom, sign }) => !place || scaleFrom.length > 0 || sign)
        if (strange) throw new UnwitnessedField(model.id, strange.name)
        this.inputs = uploaded.map(({ name }) => name)
        this.energy = fields.findIndex(({ name }) => name === "energy" || name === "heat_energy")
    }

    take(request: Uint8Array, answer: Uint8Array): Shown | undefined {
        const code = answer[1]!
        if (code !== request[1] || answer[2] !== 2 * request[5]!) return undefined
        const view = new DataView(answer.buffer, answer.byteOffset, answer.length)
        const start = request[2]! * 256 + request[3]!
        for (let i = 0; i < request[5]!; i++)
            this.words.set(`${code} ${start + i}`, view.getUint16(3 + 2 * i))
        const raw = this.fields.map(({ place }) => this.read(place!))
        if (raw.some(value => value === undefined)) return undefined
        this.words.clear()
        const values: number[] = []
        const told: string[] = []
        for (const [i, { name, unit, decimals, scale }] of this.fields.entries()) {
            const whole = roundedAsInC(raw[i]! * scale * 10 ** decimals)
            values.push(whole / 10 ** this.uploaded[i]!.scale)
            const text = (whole / 10 ** decimals).toFixed(decimals)
            told.push(unit === "" ? `${name} ${text}` : `${text} ${unit}`)
        }
        return { values, told: told.join(", ") }
    }

    /** The value at a place; `undefined` until the meter has sent its registers. */
    private read({ function: code, at, type, byte }: RegisterPlace): number | undefined {
        const words = Array.from({ length: registersOf(type) }, (_, i) => this.words.get(`${code} ${at + i}`))
        if (words.some(word => word === undefined)) return undefined
        if (type.endsWith("le")) words.reverse()
        const view = new DataView(new ArrayBuffer(8))
        for (const [i, word] of words.entries()) view.setUint16(2 * i, word!)
        const width = widthOf(type)
        if (type.startsWith("f")) return view.getFloat32(0)
        if (width === 1)
            return type === "i8"
                ? view.getInt8(byte === "high" ? 0 : 1)
                : view.getUint8(byte === "high" ? 0 : 1)
        const bits = view.getBigInt64(0) >> BigInt(64 - 8 * width)
        return Number(type.startsWith("i") ? bits : BigInt.asUintN(8 * width, bits))
    }
}

/** Rounds as the device does: halves away from zero, also those of negative numbers. */
function roundedAsInC(value: number): number {
    return Math.sign(value) * Math.round(Math.abs(value))
}
