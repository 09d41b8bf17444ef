import { describe, expect, test } from "@devicescript/test"
import { lastRowPath, parseLastRow } from "../../../src/emoncms/resume"

// The reply bodies are those of the sequences `auth`, `resume` and `redis-down` in test/data/emoncms/vectors.json.

describe("the last row on the server", () => {
    test("is requested by node and input", () => {
        expect(lastRowPath("pzem", "energy")).toBe("/input/get.json?node=pzem&name=energy")
        expect(lastRowPath("heat pump", "a&b")).toBe("/input/get.json?node=heat%20pump&name=a%26b")
    })

    test("is identified by its time", () => {
        expect(parseLastRow('{"time":1700000040,"value":1004,"processList":""}')).toBe(1700000040)
    })

    test("is null when the node or input is new, or Redis lost its data", () => {
        expect(parseLastRow('"Node does not exist"')).toBe(null)
        expect(parseLastRow('"Node variable does not exist"')).toBe(null)
        expect(parseLastRow('{"time":null,"value":null,"processList":""}')).toBe(null)
    })

    test("is found after PHP notices", () => {
        // from EmonCMS 11.2.3 on PHP 8.2; only the end was recorded
        const notice =
            "<b>Deprecated</b>:  Creation of dynamic property in <b>input_methods.php</b> on line <b>9</b><br />\n"
        expect(parseLastRow(notice + '{"time":1700000010,"value":13.5,"processList":""}')).toBe(1700000010)
        expect(parseLastRow("<br />\n" + notice + '"Node does not exist"')).toBe(null)
        expect(parseLastRow("<br />\n" + notice)).toBe(undefined)
    })

    test("is unknown from any other answer", () => {
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
