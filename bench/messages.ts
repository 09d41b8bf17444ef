import { VirtualClock } from "../sim/clock"
import { Device } from "../sim/vm/device"
import { compileProgram } from "../tools/compile/compile"
import { defaultConfig } from "../tools/wiring/default-config"
import type { Bench } from "./bench"
import { MarkerTimes } from "./marker-times"
import { median } from "./statistics"

/** Cost of a message from one fiber to another. */
export const messages: Bench = {
    name: "messages",
    subject: "messages between fibers",
    method:
        "A program in the runtime sends bursts of 32 messages to another fiber in three ways by turns: through Topic and " +
        "Mailbox, through an array with push and shift, and through Mailbox alone; 15 rounds of 8,000 messages each. " +
        "Times are measured on this computer, between lines that the program prints; medians of the rounds. Not exact: " +
        "compare the ratio, not the rates. The naive mailbox has no limit, counts nothing, and its sender knows the " +
        "receiver.",
    async measure() {
        const times = await run()
        const rate = (way: string) => median(times.rates(way))
        const topicAndMailbox = rate("topic")
        const naive = rate("array")
        const figures = {
            topicAndMailboxPerSecond: Math.round(topicAndMailbox),
            naivePerSecond: Math.round(naive),
            mailboxPerSecond: Math.round(rate("mailbox")),
            ratioToNaive: median(times.ratios("topic", "array")),
            mailboxRatioToNaive: median(times.ratios("mailbox", "array")),
        }
        return {
            figures,
            tables: [
                {
                    columns: ["method", "messages per second", "relative to naive"],
                    rows: [
                        ["Topic and Mailbox", figures.topicAndMailboxPerSecond, figures.ratioToNaive],
                        ["naive: push and shift", figures.naivePerSecond, 1],
                        ["Mailbox alone", figures.mailboxPerSecond, figures.mailboxRatioToNaive],
                    ],
                },
            ],
        }
    },
}

async function run(): Promise<MarkerTimes> {
    const options = { entry: "bench/device/messages.ts", target: "simulator", config: defaultConfig } as const
    const { bytecode } = await compileProgram(options)
    const clock = new VirtualClock(Number.POSITIVE_INFINITY)
    const times = new MarkerTimes()
    await new Promise<void>((resolve, reject) => {
        const device = new Device({
            clock,
            onLog: ({ text }) => {
                times.take(text, performance.now())
                if (text === "done") resolve()
            },
            onProgramStop: code => reject(new Error(`the program stopped with panic ${code}`)),
        })
        device.powerOn().then(() => device.deploy(bytecode), reject)
    })
    clock.stop()
    return times
}
