import { describe, expect, it } from "vitest"
import { parseForm, parseMultipart } from "../../../../sim/emoncms/php/form"
import { stripSlashes } from "../../../../sim/emoncms/php/text"

describe("parse_str", () => {
    // Names and values as php8.2-cli 8.2.36 gives them, except for names with brackets.
    it("reads names and values as PHP does", () => {
        const query = "a.b=1&c d=2&=6&g&h=%zz&i=%4&j=1&j=2& k=3&a%00b=7&l==x&m=a+b%2Bc&e[]=3"
        expect(Object.fromEntries(parseForm(query))).toEqual({
            a_b: "1",
            c_d: "2",
            g: "",
            h: "%zz",
            i: "%4",
            j: "2",
            k: "3",
            a: "7",
            l: "=x",
            m: "a b+c",
        })
    })

    it("decodes UTF-8", () => {
        expect(parseForm("n=caf%C3%A9").get("n")).toBe("café")
        expect(parseForm("n=caf\u00c3\u00a9").get("n")).toBe("café")
    })
})

describe("multipart", () => {
    const body = Buffer.from('--XX\r\nContent-Disposition: form-data; name="data"\r\n\r\n[[0]]\r\n--XX--\r\n')

    it("has its parameters read", async () => {
        expect(await parseMultipart(body, "multipart/form-data; boundary=XX")).toEqual(
            new Map([["data", "[[0]]"]]),
        )
    })

    it("has no parameters if malformed", async () => {
        expect(await parseMultipart(body, "multipart/form-data; boundary=YY")).toEqual(new Map())
    })
})

describe("stripslashes", () => {
    it("drops each backslash except an escaped one", () => {
        expect(stripSlashes('a\\\\b\\"c\\0d\\')).toBe('a\\b"c\0d')
    })
})
