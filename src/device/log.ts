import * as ds from "@devicescript/core"
import { Topic } from "../kernel/topic"
import { type Repeated, Repeats } from "./repeats"
import { redacted } from "./secrets"

/** How important a record is; higher is more important. */
export enum Level {
    Debug = 0,
    Info = 1,
    Notice = 2,
    Warn = 3,
    Error = 4,
}

/** One entry of the log. */
export interface LogRecord {
    /** `ds.millis()` when it happened. */
    readonly at: number
    readonly level: Level
    /** The part of the program that it comes from, for example `poller`. */
    readonly source: string
    /** One line of ASCII, without secrets. */
    readonly text: string
}

/** A text, or a function that makes it, called only if the record is published. */
export type LogText = string | (() => string)

/** Every record at or above the threshold, with repeats folded. Console and logbook subscribe to it. */
export const records = new Topic<LogRecord>("log")

let threshold = Level.Info

const repeats = new Repeats(tellRepeated)

/** Sets the lowest level that is published. */
export function setLogLevel(level: Level) {
    threshold = level
}

/** Details for debugging. */
export function debug(source: string, text: LogText) {
    publish(Level.Debug, source, text)
}

/** Something happened as it should. */
export function info(source: string, text: LogText) {
    publish(Level.Info, source, text)
}

/** Something worth knowing later: a start, or the end of trouble. Ends the folding of the source's repeats. */
export function notice(source: string, text: LogText) {
    repeats.settle(ds.millis(), source)
    publish(Level.Notice, source, text)
}

/**
 * Something is wrong, and the program deals with it. Repeats of the same kind within an hour are only counted, and
 * reported as "repeated 360 times in 1 h".
 * @param kind what repeats have in common; the text if omitted
 */
export function warn(source: string, text: string, kind?: string) {
    publishOnce(Level.Warn, source, text, kind)
}

/** Something needs the owner's attention. Repeats are counted as in {@link warn}. */
export function error(source: string, text: string) {
    publishOnce(Level.Error, source, text)
}

/** Reports the repeats of records published an hour ago or earlier. Call it periodically. */
export function tellRepeats() {
    repeats.settle(ds.millis())
}

function publishOnce(level: Level, source: string, text: string, kind: string = text) {
    if (level < threshold || repeats.isRepeat(level, source, kind, ds.millis())) return
    publish(level, source, text)
}

function tellRepeated({ level, source, kind, since, times }: Repeated, now: number) {
    publish(level, source, kind + ": repeated " + times + " times in " + duration(now - since))
}

/** A duration in the unit that reads best. */
function duration(ms: number): string {
    const minutes = Math.round(ms / 60000)
    if (minutes < 1) return Math.round(ms / 1000) + " s"
    if (minutes < 60) return minutes + " min"
    return Math.round(minutes / 60) + " h"
}

function publish(level: Level, source: string, text: LogText) {
    if (level < threshold) return
    const made = typeof text === "string" ? text : text()
    records.publish({ at: ds.millis(), level, source, text: redacted(made) })
}

/** Prints records with the platform's own console levels. */
export function printRecord(record: LogRecord) {
    const line = record.source + ": " + record.text
    if (record.level === Level.Error) console.error(line)
    else if (record.level === Level.Warn) console.warn(line)
    else if (record.level === Level.Debug) console.debug(line)
    else console.info(line)
}
