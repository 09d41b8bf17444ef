import { expect, test } from "vitest"
import { Flash } from "../../../sim/vm/flash"

const SECTOR = 4096

/** An image of two sectors with some bytes in it. */
function image(bytes: Record<number, number>): Uint8Array {
    const all = new Uint8Array(2 * SECTOR).fill(0xff)
    for (const [at, value] of Object.entries(bytes)) all[Number(at)] = value
    return all
}

test("counts each save as a write, and a sector with bits set again as erased", () => {
    const flash = new Flash()
    const counts = (bytes: Record<number, number>) => {
        flash.save(image(bytes))
        return [flash.writes, flash.erases]
    }
    expect(counts({ 0: 0x0f })).toEqual([1, 0])
    expect(counts({ 0: 0x0f, 5000: 0x12 })).toEqual([2, 0])
    expect(counts({ 0: 0x07, 5000: 0x12 })).toEqual([3, 0])
    expect(counts({ 0: 0x0f, 5000: 0x12 })).toEqual([4, 1])
    expect(counts({})).toEqual([5, 3])
})

test("a torn write starts at the highest addresses, and ends with the power", () => {
    const flash = new Flash(image({ 100: 1 }))
    let powerCuts = 0
    flash.failAt(1, 0.5, () => powerCuts++)
    flash.save(image({ 10: 7, 11: 8, 100: 1, 5000: 9, 5001: 10 }))
    expect(powerCuts).toBe(1)
    expect(flash.image).toEqual(image({ 100: 1, 5000: 9, 5001: 10 }))
    flash.save(image({ 10: 7 }))
    expect([powerCuts, flash.image[10]]).toEqual([1, 7])
})

test("a canceled tear does nothing", () => {
    const flash = new Flash(image({}))
    const takeBack = flash.failAt(1, 0.5, () => expect.fail("no power cut"))
    takeBack()
    flash.save(image({ 10: 7, 11: 8 }))
    expect(flash.image).toEqual(image({ 10: 7, 11: 8 }))
})

test.each([
    [0, { 100: 1, 200: 2 }],
    [1, { 100: 1, 200: 2, 300: 3 }],
])("cuts the power in the second write from now, with %d of it done", (part, left) => {
    const flash = new Flash(image({ 100: 1 }))
    const written: Uint8Array[] = []
    flash.failAt(2, part, () => written.push(flash.image))
    flash.save(image({ 100: 1, 200: 2 }))
    expect([flash.image, written]).toEqual([image({ 100: 1, 200: 2 }), []])
    flash.save(image({ 100: 1, 200: 2, 300: 3 }))
    expect(written).toEqual([image(left)])
    flash.save(image({ 7: 7 }))
    expect(flash.image).toEqual(image({ 7: 7 }))
})
