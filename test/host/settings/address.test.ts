import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { parseUrl } from "../../../src/net/url"
import { hideKeys } from "../../../tools/hide-keys"
import { addressObjection } from "../../../tools/settings/address"

const KEY = "0123456789abcdef0123456789abcdef"

test.each([
    "http://192.168.1.10/emoncms",
    "https://emoncms.org",
    "https://emoncms.org/",
    "http://emonpi.local:8080/emoncms/",
    "http://my_server/energy/emoncms",
    "HTTPS://emoncms.org",
    "http://input.example.org/feeds",
    "http://192.168.1.10/my-input/emoncms",
])("accepts %s", address => {
    expect(addressObjection(address)).toBeUndefined()
    expect(parseUrl(address)).toBeDefined()
})

test.each([
    ["", "is empty", ""],
    ["emonpi.local", "does not begin with http:// or https://", "http://192.168.1.10/emoncms"],
    ["192.168.1.10:8080", "does not begin with http:// or https://", ""],
    ["mqtt://emonpi.local", "is neither http:// nor https://", ""],
    ["http://192.168.1.10/emoncms/input/post", "leads to a page of EmonCMS", "Leave out /input and"],
    ["http://192.168.1.10/emoncms/input/post.json", "leads to a page of EmonCMS", "Leave out /input and"],
    ["https://emoncms.org/input/view", "leads to a page of EmonCMS", "Leave out /input and"],
    ["https://emoncms.org/Feed/List/", "leads to a page of EmonCMS", "Leave out /Feed and"],
    ["https://emoncms.org/user/login", "leads to a page of EmonCMS", "Leave out /user and"],
    ["https://emoncms.org/app/view", "leads to a page of EmonCMS", "Leave out /app and"],
    [
        `https://emoncms.org/input/post?apikey=${KEY}`,
        "continues after the path",
        "Leave out everything from the ?",
    ],
    ["https://emoncms.org#top", "continues after the path", "from the ? or #"],
    [
        `https://emoncms.org/?name=a@b&apikey=${KEY}`,
        "continues after the path",
        "the key belongs in EMON_KEY",
    ],
    ["https://me:secret@emoncms.org", "contains a user name or a password", "from // to the @"],
    ["https://emoncms.org.", "has a dot after its host name", "Leave the dot out."],
    ["https://emoncms.org./emoncms", "has a dot after its host name", "Leave the dot out."],
    ["http://192.168.1.10/emoncms.", "ends with a dot", "Leave the dot out."],
    ["http://EmonPi.local/emoncms", "has capital letters in its host name", "lower case"],
    ["http://[fe80::1]/emoncms", "is an IPv6 address", "IPv4 address"],
    ["http://fe80::1/emoncms", "is an IPv6 address", "IPv4 address"],
    ["http://192,168,1,10/emoncms", "has commas in its IPv4 address", "192.168.1.10"],
    ["http://192.168.1/emoncms", "has an invalid IPv4 address", "four numbers"],
    ["http://192.168.1.256", "has an invalid IPv4 address", "0 to 255"],
    ["http://192.168.01.10", "has an invalid IPv4 address", "four numbers"],
    ["http://emonpi.local:0", "has an invalid port", "1 to 65535"],
    ["http://emonpi.local:80a", "has an invalid port", ""],
    ["http://emonpi.local:", "has an invalid port", ""],
    ["http://", "has no host name", ""],
    ["http:///emoncms", "has no host name", ""],
    ["http://my server/emoncms", "contains a space", "Leave it out."],
    ["http://emonpi.local/emon\\cms", "contains a character that is not allowed in an address", ""],
    ["http://bücher.example", "letters beyond a to z", "xn--"],
    ["http://-x.example", "has an invalid host name", ""],
    ["http://emonpi..local", "has an invalid host name", ""],
    ["http://emonpi.local//emoncms", "has an empty or dotted part in its path", ""],
    ["http://emonpi.local/../emoncms", "has an empty or dotted part in its path", ""],
    [`http://emonpi.local/${"a".repeat(140)}`, "has 160 characters", "at most 150"],
])("refuses %s", (address, problem, cure) => {
    const objection = addressObjection(address)
    expect(objection?.problem).toContain(problem)
    expect(objection?.cure).toContain(cure)
    expect(`${objection?.problem}${objection?.cure}`).not.toContain(KEY)
    expect(`${objection?.problem}${objection?.cure}`).not.toContain("secret")
})

describe("every accepted address", () => {
    test("is read by the device as by a browser", () => {
        const anything = fc.string({ unit: fc.constantFrom(..."ab1.:/@?#[]%-_,\\ A"), maxLength: 14 })
        const address = fc.oneof(
            fc.webUrl({ withFragments: true, withQueryParameters: true }),
            fc.tuple(fc.constantFrom("http://", "https://"), anything).map(([scheme, rest]) => scheme + rest),
        )
        fc.assert(
            fc.property(address, text => {
                if (addressObjection(text)) return
                const { host, port, tls } = parseUrl(text)
                const url = new URL(text)
                expect(host).toBe(url.hostname)
                expect(String(port)).toBe(url.port || (tls ? "443" : "80"))
            }),
            { numRuns: 3000 },
        )
    })
})

test("hides keys, but not hashes and words", () => {
    expect(hideKeys(`${KEY.toUpperCase()} and ?apikey=${KEY}&x=1, ${KEY.slice(2)}`)).toBe(
        "*** and ?apikey=***&x=1, ***",
    )
    const hash = KEY + KEY
    expect(hideKeys(`${hash} e3015c2109a40016 defaced`)).toBe(`${hash} e3015c2109a40016 defaced`)
})
