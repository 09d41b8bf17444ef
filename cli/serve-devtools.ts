import "./quiet-end"
import { Command } from "commander"
import { DevtoolsLink } from "../sim/bus/devtools-link"
import { jacdacBus } from "../sim/bus/jacdac-bus"
import { wallClock } from "../sim/clock"
import { serveLine } from "../sim/line/jacdac-serial"
import { VirtualLine } from "../sim/line/virtual-line"
import { heatPump } from "../sim/meter/heat-pump"
import { pzem016 } from "../sim/meter/pzem-016"
import { wholeUpTo } from "./whole-number"

/** `npm run meter`: a virtual PZEM-016 for the simulator of VS Code. */
const { address } = new Command("npm run meter --")
    .description(
        "Attaches a virtual PZEM-016 to the Jacdac bus of devs devtools, for programs debugged in VS Code.",
    )
    .option("--address <number>", "slave address of the meter, 1 to 247", wholeUpTo(247), 1)
    .parse()
    .opts<{ address: number }>()

const say = (sentence: string) =>
    console.log(`${new Date(wallClock.now()).toTimeString().slice(0, 8)} ${sentence}`)
const hex = (bytes: Uint8Array) =>
    Buffer.from(bytes)
        .toString("hex")
        .replace(/..(?=.)/g, "$& ")

const load = heatPump(1)
const meter = pzem016({ clock: wallClock, load, address, poweredSince: wallClock.now() })
const line = new VirtualLine({ clock: wallClock, slaves: [meter] })
line.attach({
    receive(frame) {
        say(`asked    ${hex(frame)}`)
        return undefined
    },
})
line.onData(bytes => say(`answered ${hex(bytes)}`))

const link = new DevtoolsLink(wallClock, say)
const bus = jacdacBus(wallClock, link.transport)
const served = serveLine(bus, line)
say(
    `Virtual PZEM-016 at address ${address}, measuring a heat pump. Its answers are invalid for the first 5 s.`,
)
say("To see it polled, press F5 in VS Code, or run: npx devs devtools src/main.ts and npx devs vm")
link.start()

process.once("SIGINT", async () => {
    link.stop()
    served.stop()
    await line.close()
    await bus.stop()
})
