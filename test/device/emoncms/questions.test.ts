import { describe, expect, test } from "@devicescript/test"
import { lastRowPath, parseLastRow } from "../../../src/emoncms/resume"
import { parseSession } from "../../../src/emoncms/session"

// Bodies of replies are those of the sequences `auth`, `resume` and `redis-down` in test/data/emoncms/vectors.json.

describe("what a key may do", () => {
    test("is what the server says", () => {
        expect(parseSession('{"userid":1,"type":"write"}')).toBe("write")
        expect(parseSession('{"userid":1,"type":"read"}')).toBe("read")
        expect(parseSession("false")).toBe("none")
    })

    test("is not known from anything else", () => {
        for (const body of [
            "",
            "Invalid API key",
            "<html>",
            "null",
            "true",
            "1",
            '"write"',
            "[]",
            "{}",
            '{"type":5}',
        ])
            expect(parseSession(body)).toBe(undefined)
    })
})

describe("the last row that the server has", () => {
    test("is asked for by node and input", () => {
        expect(lastRowPath("pzem", "energy")).toBe("/input/get.json?node=pzem&name=energy")
        expect(lastRowPath("heat pump", "a&b")).toBe("/input/get.json?node=heat%20pump&name=a%26b")
    })

    test("is told by its time", () => {
        expect(parseLastRow('{"time":1700000040,"value":1004,"processList":""}')).toBe(1700000040)
    })

    test("is none when node or input are new, or when Redis has forgotten", () => {
        expect(parseLastRow('"Node does not exist"')).toBe(null)
        expect(parseLastRow('"Node variable does not exist"')).toBe(null)
        expect(parseLastRow('{"time":null,"value":null,"processList":""}')).toBe(null)
    })

    test("is not known from anything else", () => {
        for (const body of [
            "",
            "false",
            "null",
            "Invalid API key",
            "<html>",
            "[]",
            "{}",
            '{"time":"x"}',
            "1700000040",
        ])
            expect(parseLastRow(body)).toBe(undefined)
    })
})
