import { describe, expect, test } from "@devicescript/test"
import { parseHttpDate } from "../../../src/net/http-date"

// Expected values are those of `date -u -d "..." +%s`.
describe("an HTTP date", () => {
    test("is parsed", () => {
        expect(parseHttpDate("Sun, 22 Nov 2026 06:56:24 GMT")).toBe(1795330584000)
        expect(parseHttpDate("Sun, 06 Nov 1994 08:49:37 GMT")).toBe(784111777000)
        expect(parseHttpDate("Thu, 01 Jan 1970 00:00:00 GMT")).toBe(0)
        expect(parseHttpDate("Tue, 29 Feb 2000 12:00:00 GMT")).toBe(951825600000)
        expect(parseHttpDate("Wed, 01 Mar 2000 00:00:00 GMT")).toBe(951868800000)
        expect(parseHttpDate("Thu, 29 Feb 2024 23:59:59 GMT")).toBe(1709251199000)
        expect(parseHttpDate("Wed, 31 Dec 2025 23:59:59 GMT")).toBe(1767225599000)
        expect(parseHttpDate("Tue, 19 Jan 2038 03:14:08 GMT")).toBe(2147483648000)
        expect(parseHttpDate("Thu, 31 Dec 2099 23:59:59 GMT")).toBe(4102444799000)
    })

    test("is parsed in the RFC 850 and asctime formats", () => {
        expect(parseHttpDate("Sunday, 22-Nov-26 06:56:24 GMT")).toBe(1795330584000)
        expect(parseHttpDate("Wednesday, 01-Mar-00 00:00:00 GMT")).toBe(951868800000)
        expect(parseHttpDate("Thursday, 31-Dec-99 23:59:59 GMT")).toBe(4102444799000)
        expect(parseHttpDate("Sun Nov 22 06:56:24 2026")).toBe(1795330584000)
        expect(parseHttpDate("Sun Nov  6 08:49:37 1994")).toBe(784111777000)
        expect(parseHttpDate("Thu Jan  1 00:00:00 1970")).toBe(0)
    })

    test("turns a leap second into the next second", () => {
        expect(parseHttpDate("Sat, 31 Dec 2016 23:59:60 GMT")).toBe(1483228800000)
    })

    test("is ignored when malformed", () => {
        for (const text of [
            undefined,
            "",
            "Sun, 22 Nov 2026 06:56:24",
            "Sun, 22 Nov 2026 06:56:24 UTC",
            "Sun, 22 Nov 2026 06:56:24 +00",
            "Sun 22  Nov 2026 06:56:24 GMT",
            "Sun, 22-Nov-2026 06:56:24 GMT",
            "Sun, 22 Nov 2026 06.56.24 GMT",
            "Sun, 22 nov 2026 06:56:24 GMT",
            "Sun, 22 ovD 2026 06:56:24 GMT",
            "Sun, 2x Nov 2026 06:56:24 GMT",
            "Sun,  2 Nov 2026 06:56:24 GMT",
            "Sun Nov  6 08:49:37 1994     ",
            "Sun Nov 06 08:49:37 94",
            "Mon Nov  6 08:49:37 1994",
            "Sunday, 06-Nov-1994 08:49:37 GMT",
            "Monday, 22-Nov-26 06:56:24 GMT",
            "Sunday, 22-Nov-26 06:56:24",
            "Sunday, 6-Nov-26 06:56:24 GMT",
            "-",
            "----",
            "2026-11-22T06:56:24Z         ",
        ])
            expect(parseHttpDate(text)).toBe(undefined)
    })

    test("is ignored when impossible or out of range", () => {
        for (const text of [
            "Mon, 22 Nov 2026 06:56:24 GMT",
            "Sun, 00 Nov 2026 06:56:24 GMT",
            "Tue, 31 Nov 2026 06:56:24 GMT",
            "Mon, 29 Feb 2027 06:56:24 GMT",
            "Sun, 22 Nov 2026 24:56:24 GMT",
            "Sun, 22 Nov 2026 06:60:24 GMT",
            "Sun, 22 Nov 2026 06:56:61 GMT",
            "Wed, 31 Dec 1969 23:59:59 GMT",
            "Fri, 01 Jan 2100 00:00:00 GMT",
        ])
            expect(parseHttpDate(text)).toBe(undefined)
    })
})
