import { expect, test } from "vitest"
import { AddressError, readAddress } from "../../../tools/emoncms/address"

const KEY = "0123456789abcdef0123456789abcdef"

test.each([
    ["http://192.168.1.10/emoncms", "http://192.168.1.10/emoncms"],
    ["http://192.168.1.10/emoncms/", "http://192.168.1.10/emoncms"],
    [" HTTP://Pi.Local:8080 ", "http://pi.local:8080"],
    ["https://emoncms.org", "https://emoncms.org"],
])("%j is read", (text, url) => {
    expect(readAddress(text)).toBe(url)
})

test.each([
    ["192.168.1.10", "Begin the address with http"],
    ["ftp://pi", "Begin the address with http"],
    ["http://", "no address"],
    ["http://192,168,1,10:x/", "no address"],
    [`http://pi/emoncms/input/post?apikey=${KEY}`, "begins with ?"],
    [`http://user:${KEY}@pi`, "before @"],
    ["http://pi/emoncms/input/post", "Leave /input"],
    ["http://pi/feed/list", "Leave /feed"],
    ["http://pi/emoncms/user/login", "Leave /user"],
    ["http://pi/emoncms/app/view", "Leave /app"],
])("%j is refused with what to leave out, and is not repeated", (text, words) => {
    const refusal = () => readAddress(text)
    expect(refusal).toThrow(AddressError)
    expect(refusal).toThrow(words)
    expect(refusal).toThrow(new RegExp(`^(?!.*${KEY})`))
})
