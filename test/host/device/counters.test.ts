import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { expect, test } from "vitest"
import { newCounters } from "../../../services/counters"
import { COUNTER_NAMES } from "../../../sim/bus/services"
import { projectRoot } from "../../../tools/project"

test("the store's specification lists the same counters in the same order", async () => {
    const text = await readFile(join(projectRoot, "services/emon-store.md"), "utf8")
    const [, register] = /ro counters @ 0x180 \{\n([^}]*)\}/.exec(text)!
    const specified = register!.match(/\w+(?=: u32)/g)!
    const camel = (name: string) => name.replace(/_./g, ([, letter]) => letter!.toUpperCase())
    expect(specified.map(camel)).toEqual(Object.keys(newCounters()))
    expect(COUNTER_NAMES).toEqual(Object.keys(newCounters()))
})
