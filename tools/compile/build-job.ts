import type { Sources } from "./sources"

/**
 * `debug` is the unmodified output of the DeviceScript compiler, which supports breakpoints. `release` is what goes onto
 * chips: the same program in less space; see `docs/release-build.md`.
 */
export type Build = "release" | "debug"

/** A program to build. */
export interface BuildJob {
    /** The main source file, one of `sources`. */
    readonly entry: string
    readonly build: Build
    readonly sources: Sources
    /** The folder whose `node_modules` has DeviceScript's libraries. */
    readonly root: string
}
