import { describe, expect, test } from "@devicescript/test"
import { pzem017 } from "../../../../src/generated/models/pzem-017"
import { settingContent, settingIn, settingsRange } from "../../../../src/line/meters/settings"

/** According to Peacefair's manual, register 3 holds 0 for a shunt of 100 A, 1 for 50 A, 2 for 200 A and 3 for 300 A. */
const SHUNTS = [100, 50, 200, 300]

const settings = pzem017.settings()
const range = settingsRange(settings)
const [, highVoltage, , shunt] = settings

describe("a setting with choices", () => {
    test("decodes known register contents and ignores unknown ones", () => {
        for (let content = 0; content < SHUNTS.length; content++)
            expect(settingIn(shunt, range, Buffer.from([0, 0, 0, 0, 0, 1, 0, content]))).toBe(SHUNTS[content])
        expect(settingIn(shunt, range, hex`0000 0000 0001 0004`)).toBe(undefined)
    })

    test("encodes its choices and refuses a value between them", () => {
        for (let content = 0; content < SHUNTS.length; content++)
            expect(settingContent(shunt, SHUNTS[content])).toBe(content)
        expect(settingContent(shunt, 150)).toBe(undefined)
    })
})

describe("a setting with a range", () => {
    test("accepts only whole numbers within the range", () => {
        expect(settingContent(highVoltage, 500)).toBe(500)
        expect(settingContent(highVoltage, 35000)).toBe(35000)
        for (const value of [499, 35001, 500.5]) expect(settingContent(highVoltage, value)).toBe(undefined)
    })
})
