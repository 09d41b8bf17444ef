import { expect, test } from "vitest"
import { compareBuilds } from "../../../../tools/compile/proof/equal-builds"
import type { Pass } from "../../../../tools/compile/release/assembly"
import { FIRST_DIRECT_VALUE } from "../../../../tools/compile/release/opcodes"

/** A number that occurs only where these programs have it. */
const ODD = 107

/** The instruction for a small integer; its code is 16 more because there are negative ones. */
const instructionFor = (value: number) => FIRST_DIRECT_VALUE + 16 + value

/** A pass with a mistake: one number becomes another. */
const miscounts: Pass = assembly => ({
    ...assembly,
    functions: assembly.functions.map(fn => ({
        ...fn,
        instructions: fn.instructions.map(it =>
            it.code === instructionFor(ODD) ? { ...it, code: instructionFor(ODD + 1) } : it,
        ),
    })),
})

const good = { main: "sound", text: 'function sound(): void {\n    say("sound")\n}\n' }

/** What a comparison finds if this pass is one of two. */
async function found(...programs: { main: string; text: string }[]) {
    const variants = { harmless: (assembly => assembly) satisfies Pass, miscounts }
    return (await compareBuilds(programs, variants)).differences
}

test("a pass that changes a program is named, with what the program prints", async () => {
    const program = {
        main: "odd",
        text: `function odd(): void {\n    let n = ${ODD}\n    say("it is " + n)\n}\n`,
    }
    expect(await found(good, program)).toEqual([
        {
            program,
            expected: [`program 1: it is ${ODD}`],
            variant: "miscounts",
            printed: [`program 1: it is ${ODD + 1}`],
        },
    ])
})

test("a difference outside the programs counts, too", async () => {
    const program = { ...good, text: `${good.text}let n = ${ODD}\nconsole.log("top " + n)\n` }
    const [difference, ...others] = await found(program)
    expect(others).toEqual([])
    expect(difference).toMatchObject({ variant: "miscounts", program: { main: "the whole file" } })
    expect(difference!.expected).toContain(`top ${ODD}`)
    expect(difference!.printed).toContain(`top ${ODD + 1}`)
})

test("a pass with which the program stops is named once, with the code", async () => {
    const text = `let n = ${ODD}\nif (n - 100 > 7) throw new RangeError("odd")\n${good.text}`
    const more = { main: "more", text: 'function more(): void {\n    say("more")\n}\n' }
    const [difference, ...others] = await found({ ...good, text }, more)
    expect(others).toEqual([])
    expect(difference).toMatchObject({ variant: "miscounts", expected: ["program 0: sound"] })
    expect(difference!.printed).toEqual([expect.stringMatching(/^stopped with \d+$/)])
})

test("a difference outside the programs counts after others, too", async () => {
    const text = `${good.text}let n = ${ODD}\nfunction odd(): void {\n    say("it is " + n)\n}\nconsole.log("top " + n)\n`
    const twice = { first: miscounts, second: miscounts }
    const { differences } = await compareBuilds([{ main: "sound", text }], twice)
    expect(differences.map(({ variant, program }) => [variant, program.main])).toEqual([
        ["first", "the whole file"],
        ["second", "the whole file"],
    ])
})
