import * as ds from "@devicescript/core"
import { describe, expect, test } from "@devicescript/test"
import { type Cause, reactionTo, sentenceOf } from "../../../src/actors/uplink/failure"
import { type Answer, classify } from "../../../src/emoncms/answer"
import { OLD_ANSWERS } from "./old-answers"
import { RECORDED_ANSWERS } from "./recorded-answers"

/** Situations from the documentation of the measured server: status, beginning of the body, meaning. */
const MEANINGS: [status: number, start: string, answer: Answer][] = [
    [200, '{"success": true}', "accepted"],
    [200, "ok", "accepted"],
    [200, "<br />\n<b>Warning</b>:  Object of class stdClass could not be converted", "accepted"],
    [401, "Invalid API key", "wrong key"],
    [200, '{"success": false, "message": "Format error', "bad data"],
    [200, '{"success": false, "message": "Request contains no data', "bad data"],
    [200, '{"success": false, "message": "Input in not a valid JSON', "bad data"],
    [
        200,
        '{"success": false, "message": "Error: Reached the maximal allowed number of different NodeIds',
        "node limit",
    ],
    [200, "<br />\n<b>Fatal error</b>:  Uncaught mysqli_sql_exception", "database down"],
    [200, "<br />\n<b>Fatal error</b>:  Uncaught RedisException", "redis down"],
    [200, "<br />\n<b>Fatal error</b>:  Uncaught TypeError", "crash"],
    [200, "false", "wrong path"],
    [404, "<!DOCTYPE HTML", "wrong path"],
    [406, "<!doctype html>", "wrong path"],
    [406, '{"success":false,"message":"406 Not Acceptable. Route not found"}', "wrong path"],
    [403, "<!DOCTYPE HTML", "blocked"],
    [413, "<html>", "too large"],
    [500, "", "server trouble"],
    [200, "", "no write access"],
]

function meaningOf(status: number, body: string): Answer {
    const found = MEANINGS.find(m => m[0] === status && (m[1] === "" ? body === "" : body.startsWith(m[1])))
    return found ? found[2] : undefined
}

describe("a recorded answer", () => {
    for (const recorded of RECORDED_ANSWERS) answerTest(recorded)
})

function answerTest(recorded: { name: string; status: number; body: string; complete: boolean }): void {
    const { name, status, body, complete } = recorded
    test(name + ", status " + status, () => {
        expect(meaningOf(status, body) !== undefined).toBe(true)
        expect(classify(status, body, complete)).toBe(meaningOf(status, body))
    })
}

/** The same for older releases: status, part of the body, meaning. The first match counts. */
const OLD_MEANINGS: [status: number, part: string, answer: Answer][] = [
    [401, "Invalid API key", "wrong key"],
    [200, "mysqli", "database down"],
    [200, "RedisException", "redis down"],
    [200, "Fatal error", "crash"],
    [200, "Can't connect to database", "database down"],
    [200, '"Username or password empty"', "no key"],
    [200, '{"success": false, "message": "Format error', "bad data"],
    [200, '{"success": false, "message": "Request contains no data', "bad data"],
    [200, "Error: Format error", "no key"],
    [200, "Error: Request contains no data", "no key"],
    [200, "Reached the maximal allowed number of different NodeIds", "node limit"],
    [200, "Reached the maximal allowed number of diferent NodeIds", "node limit"],
    [200, '{"success": true}', "accepted"],
    [200, "false", "wrong path"],
    [200, "<!doctype html>", "web page"],
    [406, "", "wrong path"],
    [200, "<br />\nok", "accepted"],
    [200, "", "no write access"],
]

describe("an answer from an older release", () => {
    for (const recorded of OLD_ANSWERS) oldAnswerTest(recorded)
})

function oldAnswerTest(recorded: { name: string; status: number; body: string; complete: boolean }): void {
    const { name, status, body, complete } = recorded
    test(name + ", status " + status, () => {
        let meaning: Answer = body === "ok" ? "accepted" : undefined
        for (const m of OLD_MEANINGS)
            if (meaning === undefined && m[0] === status && (m[1] === "" || body.includes(m[1])))
                meaning = m[2]
        // If only the end was recorded, it begins in the middle of a notice.
        const whole = body.startsWith("<b>") ? "<br />\n" + body : body
        expect(classify(status, whole, complete)).toBe(meaning)
    })
}

describe("an answer is accepted", () => {
    test("only when its last line is exactly ok or a success object", () => {
        const warning = "<br />\n<b>Notice</b>: ok<br />\n"
        expect(classify(200, warning + "ok")).toBe("accepted")
        expect(classify(200, "ok\n")).toBe("accepted")
        expect(classify(200, warning + '{"success": true}')).toBe("accepted")
        for (const body of [
            "OK",
            "okay",
            "not ok",
            "ok<br />",
            "ok\nfalse",
            '"ok"',
            '{"success":"true"}',
            "true",
            "1",
        ])
            expect(classify(200, body) === "accepted").toBe(false)
        expect(classify(200, warning) === "accepted").toBe(false)
    })

    test("never with another status or an incomplete body", () => {
        for (const status of [201, 204, 301, 400, 401, 404, 500])
            expect(classify(status, "ok") === "accepted").toBe(false)
        expect(classify(200, "<br />\nok", false)).toBe("web page")
    })
})

/** The end of PHP's output after a crash. `Fatal error` and the beginning of the trace are lost behind notices. */
function endOfCrash(call: string): string {
    return (
        "<br />\n<b>Deprecated</b>:  Constant FILTER_SANITIZE/www/emoncms/index.php(240): " +
        call +
        "\n#3 {main}\n  thrown in <b>/var/www/emoncms/Modules/input/input_methods.php</b> on line <b>214</b><br />\n"
    )
}

describe("a crash after more notices than fit", () => {
    test("is recognized by its end", async () => {
        await ds.sleep(0)
        expect(classify(200, endOfCrash("controller()"))).toBe("crash")
        expect(classify(200, endOfCrash("mysqli-&gt;__construct()"))).toBe("database down")
        expect(classify(200, endOfCrash("Redis-&gt;connect()"))).toBe("redis down")
    })
})

describe("an answer from elsewhere", () => {
    test("is distinguished from an EmonCMS answer", async () => {
        await ds.sleep(0)
        expect(classify(200, "<!DOCTYPE html><html><title>Sign in to your hotspot</title>")).toBe("web page")
        expect(classify(301, "<html><head><title>301 Moved Permanently</title>")).toBe("moved")
        expect(classify(302, "")).toBe("moved")
        expect(classify(401, "<html><title>401 Authorization Required</title>")).toBe("password page")
        for (const status of [403, 406, 407, 421, 451]) expect(classify(status, "")).toBe("blocked")
        expect(classify(408, "")).toBe("server trouble")
        expect(classify(429, "slow down")).toBe("server trouble")
    })

    test("may reveal a proxy or a login page", async () => {
        await ds.sleep(0)
        for (const status of [502, 504, 520, 522, 526, 530])
            expect(classify(status, "<html><h1>Bad Gateway</h1>")).toBe("proxy trouble")
        expect(classify(511, "<html>Log in")).toBe("login page")
    })

    test("may reveal that the port expects TLS", async () => {
        await ds.sleep(0)
        for (const words of [
            "You're speaking plain HTTP to an SSL-enabled server port.",
            "<h1>400 Bad Request</h1> The plain HTTP request was sent to HTTPS port",
            "Client sent an HTTP request to an HTTPS server.",
        ])
            expect(classify(400, words)).toBe("tls port")
    })

    test("falls back to its status, or to unknown", async () => {
        await ds.sleep(0)
        expect(classify(503, "ok")).toBe("server trouble")
        expect(classify(400, "<html>Bad Request")).toBe("unknown")
        expect(classify(204, "")).toBe("unknown")
        expect(classify(200, "11.16.8")).toBe("unknown")
        expect(classify(200, '{"success": false}')).toBe("unknown")
    })

    test("is understood in the wording of older releases and of the device module", async () => {
        await ds.sleep(0)
        expect(
            classify(
                200,
                "Can't connect to database, please verify credentials/configuration in settings.ini<br />",
            ),
        ).toBe("database down")
        expect(classify(200, "Can't connect to redis at localhost:6379 , it may be that")).toBe("redis down")
        expect(classify(401, "Invalid device key")).toBe("wrong key")
        expect(
            classify(200, `{"success": false, "message": "Error: Node 'x' does not belong to device."}`),
        ).toBe("refused")
    })
})

describe("reaction to a failure", () => {
    test("splits a batch only when one of its rows can be the cause", () => {
        for (const answer of ["bad data", "too large", "crash", "refused"])
            expect(reactionTo(answer as Cause)).toBe("split")
        for (const answer of [
            "database down",
            "redis down",
            "redis full",
            "disk full",
            "server trouble",
            "proxy trouble",
        ])
            expect(reactionTo(answer as Cause)).toBe("retry")
        for (const answer of [
            "wrong key",
            "no write access",
            "node limit",
            "wrong path",
            "moved",
            "login page",
            "tls port",
            "blocked",
            "web page",
            "unknown",
        ])
            expect(reactionTo(answer as Cause)).toBe("wait for owner")
    })

    test("has a different sentence for each cause", () => {
        const said: string[] = []
        for (const meaning of MEANINGS) {
            const answer = meaning[2]
            if (answer === "accepted") continue
            const sentence = sentenceOf({ cause: answer, detail: "" })
            expect(sentence.length > 20).toBe(true)
            if (!said.includes(sentence)) said.push(sentence)
        }
        expect(said.length).toBe(11)
    })

    test("puts the detail into the sentence", () => {
        expect(sentenceOf({ cause: "moved", detail: " to https://other" })).toBe(
            "The server has moved to https://other. Open EMON_URL in a browser, and copy the address that you end up at, perhaps with https.",
        )
        const detail = "EMON_URL: missing; add it to .env.local and deploy"
        expect(sentenceOf({ cause: "setting", detail })).toBe(`Setting ${detail}`)
    })
})
