import { expect, test } from "vitest"
import { limitCases } from "../../../bench/limit-cases"
import { projectRoot } from "../../../tools/project"
import { ConfigError } from "../../../tools/wiring/config-error"
import { wiringOf } from "../../../tools/wiring/read-wiring"

const [smallest, ...atLimit] = limitCases

test("the smallest wiring has one meter", () => {
    expect(smallest!.config.meters).toHaveLength(1)
})

test.each(atLimit)("configure accepts $name, and not one meter more", async ({ config }) => {
    const { meters } = config
    const more = { ...meters.at(-1)!, name: "one-more", address: meters.length + 1 }
    expect((await wiringOf(config, "device", projectRoot)).meters).toHaveLength(meters.length)
    await expect(wiringOf({ ...config, meters: [...meters, more] }, "device", projectRoot)).rejects.toThrow(
        ConfigError,
    )
})
