import { Option } from "commander"
import { addressOf, alarmOf, type LineCommand, scanOf } from "../../tools/commands/line-command"

/** The options of `npm start` that are commands. They exclude each other. */
export interface CommandOptions {
    readonly scan?: LineCommand
    readonly diagnose?: true
    readonly alarm?: LineCommand
    readonly setAddress?: LineCommand
    readonly resetEnergy?: LineCommand
}

const NAMES = ["scan", "diagnose", "alarm", "setAddress", "resetEnergy"] as const

/** The command-line options for the commands. */
export function commandOptions(): Option[] {
    const options = [
        new Option("--scan [first-last]", "search these addresses for meters, one second each; default: all")
            .argParser(scanOf)
            .preset("1-247"),
        new Option("--diagnose", "find out what is wrong with the line"),
        new Option(
            "--alarm <meter[=value]>",
            "read alarm thresholds, or set one: METER=[THRESHOLD:]VALUE",
        ).argParser(alarmOf),
        new Option(
            "--set-address <from:to>",
            "change a meter's address; FROM can be any if it is alone on the line",
        ).argParser(addressOf),
        new Option("--reset-energy <meter>", "reset a meter's energy counter to 0").argParser(
            (meter): LineCommand => ({ name: "reset-energy", meter }),
        ),
    ]
    for (const option of options) {
        const others = NAMES.filter(name => name !== option.attributeName())
        option.conflicts(others)
    }
    return options
}

/** The requested command, if any. */
export function commandOf(options: CommandOptions): LineCommand | undefined {
    if (options.diagnose) return { name: "diagnose" }
    return options.scan ?? options.alarm ?? options.setAddress ?? options.resetEnergy
}
