import { spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync } from "node:fs"
import { mkdtemp, rm } from "node:fs/promises"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { createConnection } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { crc } from "jacdac-ts"
import { afterEach, expect, test } from "vitest"
import { BusPort } from "../../../sim/bus/bus-port"
import { framed } from "../../../sim/bus/framing"
import { VirtualClock, wallClock } from "../../../sim/clock"

/*
 * What a web page can do to the bus port of npm start, tested with a real browser: Debian's package chromium.
 */

const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync)
if (!CHROMIUM) console.warn("No Chromium in /usr/bin: what a real browser sends is not tested here.")

/** Command `Set` to the settings service of npm start's chip. */
const FRAME = settingFrame('EMON_URL\0"http://thief.example"')

function settingFrame(payload: string): Uint8Array {
    const data = Buffer.concat([Buffer.from([payload.length, 4, 0x81, 0]), Buffer.from(payload)])
    const head = Buffer.from(`0000${data.length.toString(16)}01e3015c2109a40016`, "hex")
    const frame = Buffer.concat([head, data])
    frame.writeUInt16LE(crc(frame.subarray(2)), 0)
    return frame
}

/** A page that tries everything a page can do, and then reports the outcomes to its own server. */
function page(port: number, frame: Uint8Array): string {
    return `<!doctype html><meta charset=utf-8><iframe name=sink></iframe><script>
const frame = new Uint8Array(${JSON.stringify([...framed(frame)])})
const body = new Uint8Array(frame.length * 400)
for (let i = 0; i < 400; i++) body.set(frame, i * frame.length)
const at = "127.0.0.1:${port}"
const tried = {}
const attempt = async (name, work) => {
    try { tried[name] = String(await Promise.race([work(), new Promise(r => setTimeout(r, 1500, "waits"))])) }
    catch (e) { tried[name] = e.name }
}
const socket = url => new Promise(done => {
    const ws = new WebSocket(url); ws.binaryType = "arraybuffer"
    ws.onopen = () => { ws.send(body); done("open") }
    ws.onerror = () => done("error")
})
;(async () => {
    for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
        await attempt("post " + type, () => fetch("http://" + at + "/", { method: "POST", mode: "no-cors", body: new Blob([body], { type }) }))
    for (const method of ["GET", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "PXXD"])
        await attempt(method, () => fetch("http://" + at + "/", { method, mode: method === "GET" || method === "HEAD" ? "no-cors" : "cors" }))
    await attempt("beacon", () => navigator.sendBeacon("http://" + at + "/", new Blob([body])))
    await attempt("xhr", () => new Promise(done => { const x = new XMLHttpRequest(); x.open("POST", "http://" + at); x.onloadend = () => done(x.status); x.send(body) }))
    await attempt("form", () => new Promise(done => {
        const form = document.createElement("form"); form.method = "POST"; form.action = "http://" + at; form.enctype = "text/plain"; form.target = "sink"
        const field = document.createElement("input"); field.name = String.fromCharCode(...frame); form.append(field); document.body.append(form); form.submit()
        setTimeout(done, 500, "sent")
    }))
    await attempt("tls", () => fetch("https://" + at + "/", { mode: "no-cors" }))
    await attempt("ws", () => socket("ws://" + at))
    await attempt("wss", () => socket("wss://" + at))
    await attempt("image", () => new Promise(done => { const i = new Image(); i.onerror = () => done("error"); i.onload = () => done("load"); i.src = "http://" + at + "/" + String.fromCharCode(...frame) }))
    await attempt("events", () => new Promise(done => { const e = new EventSource("http://" + at); e.onerror = () => { e.close(); done("error") } }))
    await attempt("turn", async () => {
        const p = new RTCPeerConnection({ iceServers: [{ urls: "turn:" + at + "?transport=tcp", username: String.fromCharCode(...frame), credential: "x" }], iceTransportPolicy: "relay" })
        p.createDataChannel("x"); await p.setLocalDescription(await p.createOffer())
        await new Promise(r => setTimeout(r, 1000)); p.close(); return "tried"
    })
    await fetch("/done", { method: "POST", body: JSON.stringify(tried) })
})()
</script>`
}

const cleanups: (() => unknown)[] = []
afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

/** A port like the one that npm start opens, and all frames that got through. */
async function openPort() {
    const sent: Uint8Array[] = []
    const clock = new VirtualClock(1, wallClock.now())
    let connections = 0
    const bus = {
        join: () => {
            connections++
            return { send: (frame: Uint8Array) => sent.push(frame), leave() {} }
        },
    }
    const port = await BusPort.open(bus, clock, 0)
    cleanups.push(async () => {
        await port.close()
        clock.stop()
    })
    return { sent, port: port.port, connections: () => connections }
}

test("accepts a plain frame, so the next test can fail", async () => {
    const { sent, port } = await openPort()
    const socket = createConnection(port, "127.0.0.1")
    cleanups.push(() => socket.destroy())
    await once(socket, "connect")
    socket.write(framed(FRAME))
    for (let i = 0; i < 100 && sent.length === 0; i++) await new Promise(r => setTimeout(r, 20))
    expect(sent).toEqual([FRAME].map(f => Uint8Array.from(f)))
})

test.skipIf(!CHROMIUM)("accepts no frame from anything that a web page makes the browser send", async () => {
    const { sent, port, connections } = await openPort()
    let told = (_: Record<string, string>) => {}
    const done = new Promise<Record<string, string>>(resolve => {
        told = resolve
    })
    const site = createServer((request, response) => {
        if (request.url !== "/done") return void response.end(page(port, FRAME))
        let text = ""
        request.on("data", data => {
            text += data
        })
        request.on("end", () => {
            response.end()
            told(JSON.parse(text))
        })
    })
    site.listen(0, "127.0.0.1")
    await once(site, "listening")
    cleanups.push(() => site.close())
    const profile = await mkdtemp(join(tmpdir(), "emonscript-browser-"))
    const browser = spawn(
        CHROMIUM!,
        [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--no-first-run",
            `--user-data-dir=${profile}`,
            `http://localhost:${(site.address() as AddressInfo).port}/`,
        ],
        { stdio: "ignore" },
    )
    cleanups.push(async () => {
        browser.kill("SIGKILL")
        if (browser.exitCode === null) await once(browser, "exit")
        await rm(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 })
    })
    const tried = await done
    expect(tried["post text/plain"]).toBeDefined()
    expect(tried.turn).toBe("tried")
    expect(Object.values(tried)).not.toContain("open")
    expect(connections()).toBeGreaterThan(10)
    expect(sent).toEqual([])
})
