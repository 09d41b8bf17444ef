import { describe, expect, test } from "@devicescript/test"
import { parseUrl, UrlError } from "../../../src/net/url"

const MISPLACED = "contains a character that does not belong in it, such as a space, @, ? or #"

function text(address: string): string {
    const { tls, host, port, prefix } = parseUrl(address)
    return (tls ? "tls " : "tcp ") + host + ":" + port + " " + prefix
}

function problemOf(address: string): string {
    try {
        parseUrl(address)
    } catch (e) {
        expect(e instanceof UrlError).toBe(true)
        return (e as UrlError).problem
    }
    return undefined
}

describe("an address", () => {
    test("has a scheme and a host, and may have a port and a prefix", () => {
        expect(text("http://emonpi")).toBe("tcp emonpi:80 ")
        expect(text("https://emoncms.org")).toBe("tls emoncms.org:443 ")
        expect(text("http://192.168.1.10:8080")).toBe("tcp 192.168.1.10:8080 ")
        expect(text("https://example.org:8443/emoncms")).toBe("tls example.org:8443 /emoncms")
        expect(text("http://emonpi.local/a/b.c/~d%20e")).toBe("tcp emonpi.local:80 /a/b.c/~d%20e")
    })

    test("may have extra slashes and capitals", () => {
        expect(text("HTTP://emonpi/emoncms//")).toBe("tcp emonpi:80 /emoncms")
        expect(text("http://emonpi/")).toBe("tcp emonpi:80 ")
    })

    test("is refused with a reason", () => {
        expect(problemOf("")).toBe("does not begin with http:// or https://")
        expect(problemOf("emoncms.org")).toBe("does not begin with http:// or https://")
        expect(problemOf("http:/emoncms.org")).toBe("does not begin with http:// or https://")
        expect(problemOf("ftp://emoncms.org")).toBe("is neither http:// nor https://")
        expect(problemOf("https ://emoncms.org")).toBe("is neither http:// nor https://")
        expect(problemOf("http://")).toBe("has no host name")
        expect(problemOf("http:///emoncms")).toBe("has no host name")
        expect(problemOf("http://:80/")).toBe("has no host name")
        expect(problemOf("http://emon pi/")).toBe(MISPLACED)
        expect(problemOf("http://emonpi/\r\nX: y")).toBe(MISPLACED)
        expect(problemOf("http://ümlaut.de")).toBe(MISPLACED)
        expect(problemOf("http://user:password@emonpi/")).toBe(MISPLACED)
        for (const address of [
            "http://emonpi/input/bulk?apikey=1",
            "http://emonpi/#/feeds",
            "http://emonpi?x",
        ])
            expect(problemOf(address)).toBe(MISPLACED)
        expect(problemOf("http://[::1]:80/")).toBe("is an IPv6 address")
    })

    test("is refused when its port is bad", () => {
        for (const port of ["", "0", "65536", "99999999999", "-1", "8o", "80:80", "+80"])
            expect(problemOf("http://emonpi:" + port + "/")).toBe("has a bad port")
        expect(text("http://emonpi:65535")).toBe("tcp emonpi:65535 ")
    })

    test("does not appear in the error message, as it may contain a password", () => {
        for (const address of [
            "ftp://user:secret@emonpi",
            "http://user:secret@emonpi",
            "http://emonpi?apikey=secret",
        ]) {
            let message = ""
            try {
                parseUrl(address)
            } catch (e) {
                message = (e as Error).message
            }
            expect(message.startsWith("the address ")).toBe(true)
            expect(message.includes("secret")).toBe(false)
        }
    })
})
