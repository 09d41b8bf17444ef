import * as fc from "fast-check"

/** Random choices made by fast-check, so that a seed reproduces its program. */
export class Choices {
    constructor(private readonly value: <T>(arbitrary: fc.Arbitrary<T>) => T) {}

    /** From 0 to `max`, inclusive. */
    number(max: number): number {
        return this.value(fc.nat({ max }))
    }

    /** @param percent probability of `true` */
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

/** An arbitrary of what `make` builds from random choices. */
export function made<T>(make: (choices: Choices) => T): fc.Arbitrary<T> {
    return fc.gen().map(gen => make(new Choices(arbitrary => gen(() => arbitrary))))
}
