import { describe, expect, it } from "vitest"
import { decodeJson, encodeJson } from "../../../../sim/emoncms/php/json"
import { textFromBytes } from "../../../../sim/emoncms/php/text"

// Which depth accepts what, and how text is escaped, is the behavior of php8.2-cli 8.2.36.

describe("json_decode", () => {
    it.each([
        ["1", 1],
        ["[]", 2],
        ["[1]", 2],
        ["[[]]", 3],
        ["[[1]]", 3],
        ['{"a":[]}', 3],
        ["[[[1]]]", 4],
    ])("%s needs a depth of %i", (text, depth) => {
        expect(decodeJson(text, depth)).toEqual(JSON.parse(text))
        expect(decodeJson(text, depth - 1)).toBeUndefined()
    })

    it.each(["", "TRUE", '{"p":NULL}', '{"a":1,}', "\uFEFF{}", "{'p':1}", '{"p":NaN}', "{p:1}"])(
        "refuses %j",
        text => {
            expect(decodeJson(text)).toBeUndefined()
        },
    )

    it("refuses bytes that are not UTF-8", () => {
        expect(decodeJson(textFromBytes('"caf\u00c3\u00a9"'))).toBe("café")
        expect(decodeJson(textFromBytes('"caf\u00e9"'))).toBeUndefined()
    })
})

describe("json_encode", () => {
    it("escapes slashes and non-ASCII characters", () => {
        expect(encodeJson('a/b"\\ é 功😀\n')).toBe('"a\\/b\\"\\\\ \\u00e9 \\u529f\\ud83d\\ude00\\n"')
    })

    it("encodes a map with list keys as an array", () => {
        expect(encodeJson(new Map())).toBe("[]")
        expect(encodeJson(new Map([["0", "a"]]))).toBe('["a"]')
        expect(encodeJson(new Map([["1", "a"]]))).toBe('{"1":"a"}')
        expect(encodeJson(new Map([...[["0", 1.5]], ...[["00", null]]] as [string, number | null][]))).toBe(
            '{"0":1.5,"00":null}',
        )
    })
})
