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
        new Option(
            "--scan [first-last]",
            "look for meters at these addresses, a second for each; all when left out",
        )
            .argParser(scanOf)
            .preset("1-247"),
        new Option("--diagnose", "say what is wrong with the line"),
        new Option(
            "--alarm <meter[=value]>",
            "read alarm thresholds, or set one: METER=[THRESHOLD:]VALUE",
        ).argParser(alarmOf),
        new Option(
            "--set-address <from:to>",
            "give a meter another address; from any, if it is alone",
        ).argParser(addressOf),
        new Option("--reset-energy <meter>", "set the energy counter of a meter to 0").argParser(
            (meter): LineCommand => ({ name: "reset-energy", meter }),
        ),
    ]
    for (const option of options) {
        const others = NAMES.filter(name => name !== option.attributeName())
        option.conflicts([...others, "seconds", "record"])
    }
    return options
}

/** The requested command, if any. */
export function commandOf(options: CommandOptions): LineCommand | undefined {
    if (options.diagnose) return { name: "diagnose" }
    return options.scan ?? options.alarm ?? options.setAddress ?? options.resetEnergy
}
