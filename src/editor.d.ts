/*
 * For editors whose TypeScript is newer than DeviceScript's own: it accepts an array in `for (... of ...)` only if the array is
 * declared iterable. No program contains this file.
 */

interface Iterator<T, TReturn = unknown, TNext = unknown> {
    next(...value: [] | [TNext]): IteratorResult<T, TReturn>
}
interface IteratorYieldResult<T> {
    done?: false
    value: T
}
interface IteratorReturnResult<TReturn> {
    done: true
    value: TReturn
}
type IteratorResult<T, TReturn = unknown> = IteratorYieldResult<T> | IteratorReturnResult<TReturn>
interface IterableIterator<T, TReturn = unknown, TNext = unknown> extends Iterator<T, TReturn, TNext> {
    [Symbol.iterator](): IterableIterator<T, TReturn, TNext>
}
interface Array<T> {
    [Symbol.iterator](): IterableIterator<T>
}
