import * as fc from "fast-check"

/** Decisions that fast-check makes, so that a program is repeatable from its seed. */
export class Choices {
    constructor(private readonly value: <T>(arbitrary: fc.Arbitrary<T>) => T) {}

    /** From 0 to `max`, both included. */
    number(max: number): number {
        return this.value(fc.nat({ max }))
    }

    /** @param percent how often it is true */
    chance(percent: number): boolean {
        return this.number(99) < percent
    }

    pick<T>(list: readonly T[]): T {
        return list[this.number(list.length - 1)]!
    }

    integer(): number {
        return this.value(fc.integer())
    }
}

/** What is made from decisions. */
export function made<T>(make: (choices: Choices) => T): fc.Arbitrary<T> {
    return fc.gen().map(gen => make(new Choices(arbitrary => gen(() => arbitrary))))
}
