import { Command, InvalidArgumentError } from "commander"
import { expect, test } from "vitest"
import { discreet } from "../../../cli/secrets"

/** What a command says that accepts no value of its options. */
function refusal(...args: string[]): string {
    let said = ""
    const refuse = () => {
        throw new InvalidArgumentError("It cannot be used.")
    }
    const command = new Command()
        .exitOverride()
        .configureOutput({
            ...discreet,
            writeErr: text => {
                said += text
            },
        })
        .option("--key <key>", "", refuse)
        .option("--wifi-password <password>", "", refuse)
        .option("--url <url>", "", refuse)
        .option("--board <board>", "", refuse)
    expect(() => command.parse(args, { from: "user" })).toThrow()
    return said
}

test.each([
    ["a key", ["--key", "my secret"], "my secret"],
    ["a WiFi password", ["--wifi-password", "o'clock"], "clock"],
    ["a password in an address", ["--url", "http://me:hush@host/"], "hush"],
    [
        "a key in an address",
        ["--url", "http://host/?apikey=0123456789abcdef0123456789abcdef"],
        "0123456789abcdef",
    ],
])("a refused option does not show %s", (_, args, secret) => {
    const said = refusal(...args)
    expect(said).toContain(`'${args[0]}`)
    expect(said).toContain("(not shown)")
    expect(said).toContain("It cannot be used.")
    expect(said).not.toContain(secret)
})

test("a refused option shows a value that is no secret", () => {
    expect(refusal("--board", "esp8266")).toContain("'esp8266'")
})
