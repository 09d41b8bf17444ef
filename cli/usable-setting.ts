import { InvalidArgumentError } from "commander"
import { type AskedSetting, objectionTo } from "../tools/setup/objections"

/**
 * Checks the value of an option like the setting that it replaces.
 * @throws InvalidArgumentError, whose message does not repeat the value, because it may be secret
 */
export function usable(setting: AskedSetting, text: string): string {
    const objection = objectionTo(setting, text)
    if (objection === undefined) return text
    throw new InvalidArgumentError(objection)
}
