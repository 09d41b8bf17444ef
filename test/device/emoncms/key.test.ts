import { describe, expect, test } from "@devicescript/test"
import { authorization, KeyError } from "../../../src/emoncms/key"

const KEY = "0123456789abcdef0123456789ABCDEF"

function failureOf(key: string): Error {
    try {
        authorization(key)
    } catch (e) {
        return e as Error
    }
    return undefined
}

describe("the API key", () => {
    test("is sent in a header", () => {
        expect(authorization(KEY)).toBe("Authorization: Bearer " + KEY)
    })

    test("is refused without being shown when malformed", () => {
        for (const key of [
            KEY.slice(1),
            KEY + "0",
            KEY.slice(1) + "g",
            KEY.slice(2) + "\r\n",
            KEY.slice(1) + "é",
        ]) {
            const e = failureOf(key)
            expect(e instanceof KeyError).toBe(true)
            expect(e.message.includes("89abcdef")).toBe(false)
        }
        expect((failureOf("") as KeyError).problem).toBe("is empty")
    })
})
