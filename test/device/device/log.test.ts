import * as ds from "@devicescript/core"
import { beforeEach, describe, expect, test } from "@devicescript/test"
import {
    debug,
    error,
    info,
    Level,
    type LogRecord,
    notice,
    records,
    setLogLevel,
    warn,
} from "../../../src/device/log"
import { keepSecret } from "../../../src/device/secrets"

const KEY = "0123456789abcdef0123456789abcdef"

let told: LogRecord[] = []
records.subscribe(record => told.push(record))

/** All records, each as `level source: text`. */
function story(): string {
    return told.map(({ level, source, text }) => level + " " + source + ": " + text).join("; ")
}

describe("log", () => {
    beforeEach(() => {
        setLogLevel(Level.Info)
        // Makes the log forget what the previous test reported.
        for (const source of ["uplink", "heatpump", "boiler"]) notice(source, "over")
        told = []
    })

    test("publishes level, source, time and text", async () => {
        info("uplink", "3 readings accepted")
        warn("heatpump", "is unknown")
        error("uplink", "wrong key")
        expect(story()).toBe("1 uplink: 3 readings accepted; 3 heatpump: is unknown; 4 uplink: wrong key")
        expect(told[0].at).toBe(ds.millis())
    })

    test("builds no text below the log level", () => {
        let made = 0
        const text = () => {
            made++
            return "text"
        }
        debug("uplink", text)
        setLogLevel(Level.Warn)
        info("uplink", text)
        expect(made).toBe(0)
        setLogLevel(Level.Debug)
        debug("uplink", text)
        info("uplink", text)
        expect(made).toBe(2)
        expect(story()).toBe("0 uplink: text; 1 uplink: text")
    })

    test("does not fold info records, other sources or other levels", () => {
        for (let i = 0; i < 3; i++) info("uplink", "1 reading accepted")
        expect(told.length).toBe(3)
        warn("heatpump", "no answer")
        warn("boiler", "no answer")
        error("boiler", "no answer")
        expect(told.length).toBe(6)
    })

    test("folds different texts of the same kind", () => {
        warn("heatpump", "CrcMismatch: 0104", "CrcMismatch")
        warn("heatpump", "CrcMismatch: 0105", "CrcMismatch")
        warn("heatpump", "Truncated: 01", "Truncated")
        expect(told.map(r => r.text).join("; ")).toBe("CrcMismatch: 0104; Truncated: 01")
        notice("heatpump", "answers again")
        expect(told[2].text).toBe("CrcMismatch: repeated 1 times in 0 s")
    })

    test("logs a fault again after it was over", async () => {
        error("uplink", "no network")
        error("uplink", "no network")
        await ds.sleep(90000)
        notice("uplink", "EmonCMS accepts readings again")
        error("uplink", "no network")
        expect(story()).toBe(
            "4 uplink: no network; 4 uplink: no network: repeated 1 times in 2 min; " +
                "2 uplink: EmonCMS accepts readings again; 4 uplink: no network",
        )
    })

    test("hides every occurrence of a secret", () => {
        keepSecret(KEY)
        error("uplink", KEY + " and apikey=" + KEY + "&x, but not " + KEY.slice(1))
        info("uplink", () => "Bearer " + KEY)
        expect(story()).toBe(
            "4 uplink: *** and apikey=***&x, but not " + KEY.slice(1) + "; 1 uplink: Bearer ***",
        )
    })

    test("keeps no secret that its own replacement would contain", () => {
        keepSecret("***")
        error("line", "a *** b")
        expect(story()).toBe("4 line: a *** b")
    })
})
