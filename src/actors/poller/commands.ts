import * as ds from "@devicescript/core"
import { checkMeter, lineVerdict, Verdict, verdictText } from "../../line/check"
import { readThresholds, requireSettings, resetEnergy, setAddress, setThreshold } from "../../line/commands"
import { countsText } from "../../line/counts"
import { type Identity, identify } from "../../line/identity"
import { powerOfTen } from "../../line/meters/decode"
import { fieldAt, fieldIndex } from "../../line/meters/fields"
import { formatDecimal } from "../../line/meters/format"
import type { Field, Profile, Setting } from "../../line/meters/profile"
import { GENERAL_ADDRESS } from "../../line/modbus/frame"
import type { ModbusClient } from "../../line/modbus-client"
import { pollRegisters } from "../../line/poll"
import { presence, requireDeviceAddress } from "../../line/scan"
import type { LineCommand, LineDesk, LineRequest } from "./command-request"
import type { MeterWatch } from "./meter-watch"

/** A command names something that is not wired, or that the meter does not have. */
export class UnknownName extends Error {
    constructor(
        readonly what: string,
        /** `undefined` when none was named. */
        readonly given: string | undefined,
        readonly known: string[],
    ) {
        super(
            (given === undefined ? "name the " + what : "no " + what + " is called " + given) +
                "; there is " +
                known.join(", "),
        )
    }
}

/**
 * Carries out commands on the line for the poller.
 *
 * A write is never repeated; it is verified by reading it back.
 */
export class LineCommands {
    private watches!: MeterWatch[]
    private giveWay!: () => Promise<void>

    constructor(
        private readonly client: ModbusClient,
        readonly desk: LineDesk,
        /** Registers that identify a meter's model. */
        private readonly identities: Identity[] = [],
    ) {}

    /**
     * Carries out a request, and publishes its one response.
     * @param giveWay awaited between the steps of a long command, so that polling goes on
     */
    async carryOut(request: LineRequest, watches: MeterWatch[], giveWay: () => Promise<void>): Promise<void> {
        this.watches = watches
        this.giveWay = giveWay
        const { id, command } = request
        let done = true
        let text: string
        try {
            text = await this.perform(id, command)
        } catch (e) {
            done = false
            text = (e as Error).message
        }
        this.desk.responses.publish({ id, done, text })
    }

    /** Publishes that a request will not be carried out. */
    refuse(request: LineRequest, text: string) {
        this.desk.responses.publish({ id: request.id, done: false, text })
    }

    private async perform(id: number, command: LineCommand): Promise<string> {
        switch (command.name) {
            case "read-alarm":
                return await this.readAlarm(command.meter)
            case "set-alarm":
                return await this.setAlarm(command.meter, command.threshold, command.value)
            case "set-address":
                return await this.setAddress(command.from, command.to)
            case "reset-energy":
                return await this.resetEnergy(command.meter)
            case "scan":
                return await this.scan(id, command.first, command.last)
            default:
                return await this.diagnose(id)
        }
    }

    private async readAlarm(name: string): Promise<string> {
        const { meter } = this.watchOf(name)
        const values = await readThresholds(this.client, meter)
        const parts = thresholdsOf(meter.profile).map(
            (field, i) => field.name + " " + quantity(field, values[i]),
        )
        return name + ": " + parts.join(", ")
    }

    private async setAlarm(name: string, threshold: string | undefined, value: number): Promise<string> {
        const { meter } = this.watchOf(name)
        const field = thresholdOf(meter.profile, threshold)
        const integer = Math.round(value * powerOfTen(field.decimals))
        await setThreshold(this.client, meter, field, integer)
        return name + ": " + field.name + " is " + quantity(field, integer) + " now"
    }

    private async setAddress(from: number, to: number): Promise<string> {
        if (from !== GENERAL_ADDRESS) requireDeviceAddress(from)
        const wired = this.watches.find(watch => watch.meter.address === from)
        const watch = wired ?? this.watches.find(w => w.meter.profile.settings !== undefined)
        await setAddress(this.client, (watch ?? this.watches[0]).meter.profile, from, to)
        const there = this.watches.find(w => w.meter.address === to)
        if (there) there.gate.restart(ds.millis())
        const moved = "the meter is at address " + to + " now"
        return wired ? moved + "; enter that in devicescript.json for " + wired.meter.name : moved
    }

    private async resetEnergy(name: string): Promise<string> {
        const watch = this.watchOf(name)
        const { meter } = watch
        // Right after power-up a meter would report a wrong old value.
        for (let restMs = await this.heard(watch); restMs > 0; restMs = await this.heard(watch)) {
            await ds.sleep(restMs)
        }
        const before = await resetEnergy(this.client, meter)
        const field = fieldAt(meter.profile, fieldIndex(meter.profile, "energy"))
        return name + ": the energy counter is now 0, it was " + quantity(field, before)
    }

    private async scan(id: number, first: number, last: number): Promise<string> {
        requireDeviceAddress(first)
        requireDeviceAddress(last)
        if (last < first) throw new RangeError("the last address must not be below the first")
        const found: number[] = []
        for (let address = first; address <= last; address++) {
            await this.giveWay()
            const heard = await presence(this.client, address)
            if (heard !== "absent") found.push(address)
            const model =
                heard === "present" ? await identify(this.client, address, this.identities) : undefined
            const finding = this.findingAt(address, heard, model)
            const done = address - first + 1
            this.desk.progress.publish({ id, done, total: last - first + 1, finding })
        }
        const range = "of addresses " + first + " to " + last
        return found.length === 0 ? "none " + range + " answers" : found.join(", ") + " " + range + " answer"
    }

    /** @param model as the meter itself reports it */
    private findingAt(address: number, heard: string, model: string | undefined): string | undefined {
        if (heard === "absent") return undefined
        if (heard === "garbled")
            return "address " + address + ": a damaged answer; perhaps two meters share it"
        const wired = this.watches.find(watch => watch.meter.address === address)
        if (wired) {
            const { name, profile } = wired.meter
            const differs = model !== undefined && model !== profile.model
            return (
                "address " +
                address +
                ": " +
                name +
                (differs ? ", but a " + model + " according to its register" : "")
            )
        }
        const entry = { name: "meter" + address, model: model ?? "MODEL", address }
        const known = model === undefined ? "model unknown" : "a " + model
        return (
            "address " +
            address +
            ": a meter that is not configured, " +
            known +
            "; for devicescript.json: " +
            JSON.stringify(entry)
        )
    }

    private async diagnose(id: number): Promise<string> {
        const verdicts: Verdict[] = []
        const total = this.watches.length
        for (const watch of this.watches) {
            const { meter } = watch
            const verdict = await checkMeter(this.client, meter, this.giveWay)
            verdicts.push(verdict)
            const finding = meter.name + ": " + verdictText(verdict)
            this.desk.progress.publish({ id, done: verdicts.length, total, finding })
        }
        const finding = "line counters: " + countsText(this.client.counts, this.client.port)
        this.desk.progress.publish({ id, done: total, total, finding })
        if (verdicts.every(verdict => verdict === Verdict.Fine)) return "the line is fine"
        const verdict = lineVerdict(verdicts)
        return verdict === Verdict.Fine ? "the line is fine, but not all meters are" : verdictText(verdict)
    }

    /** Polls a meter. @returns how long its answers still mean nothing, in ms */
    private async heard(watch: MeterWatch): Promise<number> {
        await pollRegisters(this.client, watch.meter)
        return watch.answered()
    }

    private watchOf(name: string): MeterWatch {
        const watch = this.watches.find(w => w.meter.name === name)
        if (watch) return watch
        throw new UnknownName(
            "meter",
            name,
            this.watches.map(w => w.meter.name),
        )
    }
}

function thresholdOf(profile: Profile, name: string | undefined): Setting {
    const thresholds = thresholdsOf(profile)
    if (name === undefined && thresholds.length === 1) return thresholds[0]
    const field = thresholds.find(threshold => threshold.name === name)
    if (field) return field
    throw new UnknownName(
        "threshold",
        name,
        thresholds.map(threshold => threshold.name),
    )
}

/** @throws NotOffered */
function thresholdsOf(profile: Profile): Setting[] {
    return requireSettings(profile).slice(1)
}

function quantity(field: Field, value: number | undefined): string {
    if (value === undefined) return "unknown"
    return formatDecimal(value, field.decimals) + " " + field.unit
}
