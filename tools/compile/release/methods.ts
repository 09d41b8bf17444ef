import type { Assembly } from "./assembly"
import { indexOf, kindOf, StringKind } from "./image"
import type { Instruction } from "./instructions"
import { nameReferences } from "./specifications"
import { builtin, op } from "./trees"

/** A method that the start-up code puts into its class's prototype. */
export interface Method {
    readonly name: string
    /** The class's constructor. */
    readonly owner: number
    readonly body: number
    /** The function with the assignment, which is the statement from `start` to `end`. */
    readonly place: number
    readonly start: number
    readonly end: number
}

/** The name or text that an instruction refers to, if it is one of the program's own and not built into the runtime. */
export function ownName({ code, operand }: Instruction, assembly: Assembly): string | undefined {
    if (code === op.asciiField || code === op.asciiString) return text(assembly.asciiStrings, operand!)
    if (code === op.utf8Field || code === op.utf8String) return text(assembly.utf8Strings, operand!)
    return undefined
}

function text(table: readonly Uint8Array[], index: number): string {
    return Buffer.from(table[index]!).toString("utf8")
}

export function isField({ code }: Instruction): boolean {
    return code === op.asciiField || code === op.utf8Field
}

/** All `Class.prototype.name = function` in a program, except those with a built-in name. */
export function methodsOf(assembly: Assembly): Method[] {
    return assembly.functions.flatMap(({ instructions }, place) =>
        instructions.flatMap((instruction, end) => {
            const [owner, proto, name, body] = instructions.slice(Math.max(end - 4, 0), end)
            if (instruction.code !== op.indexSet || !body || body.code !== op.staticFunction) return []
            if (name!.code !== op.asciiString && name!.code !== op.utf8String) return []
            if (!readsPrototypeOf(proto!, owner!)) return []
            return {
                name: ownName(name!, assembly)!,
                owner: owner!.operand!,
                body: body.operand!,
                place,
                start: end - 4,
                end,
            }
        }),
    )
}

export function readsPrototypeOf(proto: Instruction, owner: Instruction): boolean {
    return (
        owner.code === op.staticFunction &&
        proto.code === op.builtinField &&
        proto.operand === builtin.prototype
    )
}

/** Names in the service specifications. Roles have fields with these names. */
export function roleNames(assembly: Assembly): Set<string> {
    return new Set(
        nameReferences(assembly).flatMap(({ reference }) => {
            const kind = kindOf(reference)
            if (kind === StringKind.ascii) return text(assembly.asciiStrings, indexOf(reference))
            return kind === StringKind.utf8 ? text(assembly.utf8Strings, indexOf(reference)) : []
        }),
    )
}
