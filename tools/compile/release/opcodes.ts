/** What an opcode's operand refers to. */
export type OperandKind =
    | "builtin object"
    | "builtin string"
    | "ascii string"
    | "utf8 string"
    | "buffer"
    | "float"
    | "function"
    | "global"
    | "local"
    | "closure slot"
    | "service specification"
    | "jump"
    | "value"

/** One kind of instruction of the runtime, from `bytecode.md` of DeviceScript 2.16. */
export interface Opcode {
    readonly code: number
    readonly name: string
    /** Number of values that it pops from the stack. */
    readonly pops: number
    /** An expression leaves one value on the stack; a statement leaves the stack empty. */
    readonly kind: "expression" | "statement"
    readonly operand?: OperandKind
    /** Execution never continues at the next instruction. */
    readonly final: boolean
}

/** Opcodes from here on stand for small integers and have no operand. */
export const FIRST_DIRECT_VALUE = 0x80

/** Maximum number of values on the stack. */
export const MAX_STACK = 16

/** Numbers of the runtime's last built-in name and object. */
export const LAST_BUILTIN_STRING = 225
export const LAST_BUILTIN_OBJECT = 43

const TABLE = `
 1 builtin_object expression 0 builtin object
 2 call0 statement 1
 3 call1 statement 2
 4 call2 statement 3
 5 call3 statement 4
 6 call4 statement 5
 7 call5 statement 6
 8 call6 statement 7
 9 call7 statement 8
10 call8 statement 9
11 index_delete statement 2
12 return final 1
13 jmp final 0 jump
14 jmp_z statement 1 jump
15 bind expression 2
16 object_field expression 0 builtin string
17 store_local statement 1 local
18 store_global statement 1 global
19 store_buffer statement 4
20 inf expression 0
21 load_local expression 0 local
22 load_global expression 0 global
23 uplus expression 1
24 index expression 2
25 index_set statement 3
26 builtin_field expression 1 builtin string
27 ascii_field expression 1 ascii string
28 utf8_field expression 1 utf8 string
29 math_field expression 0 builtin string
30 ds_field expression 0 builtin string
31 alloc_map statement 0
32 alloc_array statement 1
33 alloc_buffer statement 1
34 static_spec_proto expression 0 service specification
35 static_buffer expression 0 buffer
36 static_builtin_string expression 0 builtin string
37 static_ascii_string expression 0 ascii string
38 static_utf8_string expression 0 utf8 string
39 static_function expression 0 function
40 literal expression 0 value
41 literal_f64 expression 0 float
43 load_buffer expression 3
44 ret_val expression 0
45 typeof expression 1
46 undefined expression 0
47 is_undefined expression 1
48 true expression 0
49 false expression 0
50 to_bool expression 1
51 nan expression 0
52 abs expression 1
53 bit_not expression 1
54 is_nan expression 1
55 neg expression 1
56 not expression 1
57 to_int expression 1
58 add expression 2
59 sub expression 2
60 mul expression 2
61 div expression 2
62 bit_and expression 2
63 bit_or expression 2
64 bit_xor expression 2
65 shift_left expression 2
66 shift_right expression 2
67 shift_right_unsigned expression 2
68 eq expression 2
69 le expression 2
70 lt expression 2
71 ne expression 2
72 is_nullish expression 1
73 store_closure statement 2 closure slot
74 load_closure expression 1 closure slot
75 make_closure expression 0 function
76 typeof_str expression 1
78 jmp_ret_val_z statement 0 jump
79 call_array statement 2
80 try statement 0 jump
81 end_try final 0 jump
82 catch statement 0
83 finally statement 0
84 throw final 1
85 re_throw statement 1
86 throw_jmp final 1 jump
87 debugger statement 0
88 new expression 1
89 instance_of expression 2
90 null expression 0
91 approx_eq expression 2
92 approx_ne expression 2
93 store_ret_val statement 1
94 static_spec expression 0 service specification
`

const byCode = new Map<number, Opcode>()
const byName = new Map<string, Opcode>()
for (const line of TABLE.trim().split("\n")) {
    const [code, name, kind, pops, ...operand] = line.trim().split(/\s+/)
    const opcode: Opcode = {
        code: Number(code),
        name: name!,
        pops: Number(pops),
        kind: kind === "expression" ? "expression" : "statement",
        operand: operand.length > 0 ? (operand.join(" ") as OperandKind) : undefined,
        final: kind === "final",
    }
    byCode.set(opcode.code, opcode)
    byName.set(opcode.name, opcode)
}

/** Returns `undefined` for an unknown opcode. Small integers count as expressions without an operand. */
export function opcodeOf(code: number): Opcode | undefined {
    if (code < FIRST_DIRECT_VALUE) return byCode.get(code)
    return { code, name: `${code - FIRST_DIRECT_VALUE - 16}`, pops: 0, kind: "expression", final: false }
}

/** The code of an instruction by its name in `bytecode.md`. */
export function codeOf(name: string): number {
    const opcode = byName.get(name)
    if (!opcode) throw new Error(`no instruction is called ${name}`)
    return opcode.code
}
