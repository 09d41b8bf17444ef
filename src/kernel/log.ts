import * as ds from "@devicescript/core"
import { Topic } from "./topic"

/** How much a record matters; the higher, the more. */
export enum Level {
    Debug = 0,
    Info = 1,
    Warn = 2,
    Error = 3,
}

/** One thing worth telling. */
export interface LogRecord {
    /** `ds.millis()` when it happened. */
    readonly at: number
    readonly level: Level
    /** Who tells it, for example `poller`. */
    readonly source: string
    /** One line of ASCII, no secrets. */
    readonly text: string
}

/** Every record that is not below the threshold. The console subscribes to it. */
export const records = new Topic<LogRecord>("log")

let threshold = Level.Info

/** Sets the lowest level that is published. */
export function setLogLevel(level: Level) {
    threshold = level
}

function publish(level: Level, source: string, text: string) {
    if (level >= threshold) records.publish({ at: ds.millis(), level, source, text })
}

/** For the curious; the text is only built when somebody wants it. */
export function debug(source: string, text: () => string) {
    if (threshold === Level.Debug) publish(Level.Debug, source, text())
}

/** Something happened that is as it should be. */
export function info(source: string, text: string) {
    publish(Level.Info, source, text)
}

/** Something is not as it should be, and the program deals with it. */
export function warn(source: string, text: string) {
    publish(Level.Warn, source, text)
}

/** Something needs the owner. */
export function error(source: string, text: string) {
    publish(Level.Error, source, text)
}

/** Prints records with the platform's own console levels. */
export function printRecord(record: LogRecord) {
    const line = record.source + ": " + record.text
    if (record.level === Level.Error) console.error(line)
    else if (record.level === Level.Warn) console.warn(line)
    else if (record.level === Level.Info) console.info(line)
    else console.debug(line)
}
