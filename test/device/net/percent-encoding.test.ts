import { describe, expect, test } from "@devicescript/test"
import { percentEncode } from "../../../src/net/percent-encoding"

// Expected values are those of JavaScript's encodeURIComponent, and of Python's urllib.parse.quote for !'()*.
describe("percent-encoding", () => {
    test("leaves letters, digits and - . _ ~ unchanged", () => {
        expect(percentEncode("azAZ09-._~")).toBe("azAZ09-._~")
    })

    test("encodes the rest of ASCII", () => {
        expect(percentEncode(' "#$%&+,/:;<=>?@[\\]^`{|}')).toBe(
            "%20%22%23%24%25%26%2B%2C%2F%3A%3B%3C%3D%3E%3F%40%5B%5C%5D%5E%60%7B%7C%7D",
        )
        expect(percentEncode("!'()*\r\n\x00\x7f")).toBe("%21%27%28%29%2A%0D%0A%00%7F")
    })

    test("encodes UTF-8 byte by byte", () => {
        expect(percentEncode("é€😀")).toBe("%C3%A9%E2%82%AC%F0%9F%98%80")
    })
})
