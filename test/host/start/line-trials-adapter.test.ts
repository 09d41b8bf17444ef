import { afterEach, expect } from "vitest"
import { defaultConfig } from "../../../tools/wiring/default-config"
import { endForeignTools, portPair, startPython, testWithForeignTools } from "../line/foreign-tools"
import { ProjectCopy } from "./npm-start"

afterEach(endForeignTools)

const board = defaultConfig.board
const SDM120 = [{ name: "pump", model: "sdm120", address: 7 }]

testWithForeignTools("reopens a real adapter for each trial", async () => {
    const { ours, theirs } = await portPair()
    await startPython("strict_slave.py", ours, theirs, "2400")
    const wired = { board, line: { driver: "spi-uart", baud: 9600 }, meters: SDM120 }
    const project = await ProjectCopy.make({ "devicescript.json": JSON.stringify(wired) })
    try {
        const { code, stdout } = await project.start("--diagnose", "--serial", ours).ended
        expect(code).toBe(0)
        expect(stdout).toContain("pump: no answer at all")
        expect(stdout).toContain("pump: answers at 2400 bit/s 8N1, but the line is set to 9600 bit/s 8N1")
    } finally {
        await project.remove()
    }
})
