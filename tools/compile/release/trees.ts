import type { Instruction } from "./instructions"
import { codeOf, FIRST_DIRECT_VALUE, opcodeOf } from "./opcodes"

/** Opcodes by name, for the instructions that the passes look for. */
export const op = {
    call0: codeOf("call0"),
    call8: codeOf("call8"),
    return: codeOf("return"),
    jmp: codeOf("jmp"),
    jmpRetValZ: codeOf("jmp_ret_val_z"),
    storeRetVal: codeOf("store_ret_val"),
    throwJmp: codeOf("throw_jmp"),
    reThrow: codeOf("re_throw"),
    indexDelete: codeOf("index_delete"),
    callArray: codeOf("call_array"),
    allocArray: codeOf("alloc_array"),
    allocBuffer: codeOf("alloc_buffer"),
    catch: codeOf("catch"),
    finally: codeOf("finally"),
    null: codeOf("null"),
    true: codeOf("true"),
    false: codeOf("false"),
    nan: codeOf("nan"),
    inf: codeOf("inf"),
    literal: codeOf("literal"),
    literalFloat: codeOf("literal_f64"),
    builtinString: codeOf("static_builtin_string"),
    loadGlobal: codeOf("load_global"),
    loadLocal: codeOf("load_local"),
    storeLocal: codeOf("store_local"),
    loadClosure: codeOf("load_closure"),
    storeClosure: codeOf("store_closure"),
    makeClosure: codeOf("make_closure"),
    indexSet: codeOf("index_set"),
    allocMap: codeOf("alloc_map"),
    retVal: codeOf("ret_val"),
    undefined: codeOf("undefined"),
    add: codeOf("add"),
    new: codeOf("new"),
    bind: codeOf("bind"),
    staticFunction: codeOf("static_function"),
    builtinField: codeOf("builtin_field"),
    asciiField: codeOf("ascii_field"),
    utf8Field: codeOf("utf8_field"),
    asciiString: codeOf("static_ascii_string"),
    utf8String: codeOf("static_utf8_string"),
    objectField: codeOf("object_field"),
    builtinObject: codeOf("builtin_object"),
} as const

/** Numbers of built-in names of the runtime. */
export const builtin = { prototype: 52, start: 78, setPrototypeOf: 121, constructor: 123 } as const

/** Index of the first instruction of the expression that ends at `last`. */
export function startOfExpression(instructions: readonly Instruction[], last: number): number {
    let missing = 1
    for (let at = last; ; at--) {
        missing += opcodeOf(instructions[at]!.code)!.pops - 1
        if (missing === 0) return at
    }
}

/** Index of the first instruction of the statement that ends at `end`. */
export function startOfStatement(instructions: readonly Instruction[], end: number): number {
    let start = end
    for (let n = opcodeOf(instructions[end]!.code)!.pops; n > 0; n--)
        start = startOfExpression(instructions, start - 1)
    return start
}

/** Number of arguments of a call; `undefined` for any other instruction. */
export function argumentsOf({ code }: Instruction): number | undefined {
    return code >= op.call0 && code <= op.call8 ? code - op.call0 : undefined
}

/** Index of the last instruction of the expression for the function that a call calls. */
export function calleeOf(instructions: readonly Instruction[], call: number): number {
    let at = call - 1
    for (let n = argumentsOf(instructions[call]!)!; n > 0; n--) at = startOfExpression(instructions, at) - 1
    return at
}

/** Maximum number of values that a statement has on the stack. */
export function depthOf(instructions: readonly Instruction[], start: number, end: number): number {
    let depth = 0
    let most = 0
    for (const { code } of instructions.slice(start, end)) {
        depth += 1 - opcodeOf(code)!.pops
        most = Math.max(most, depth)
    }
    return most
}

/** Whether an instruction is a statement, which consumes the expressions before it. */
export function isStatement({ code }: Instruction): boolean {
    return code < FIRST_DIRECT_VALUE && opcodeOf(code)!.kind === "statement"
}
