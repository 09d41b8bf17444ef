/** The part of WebAssembly's JavaScript interface that is used here. Node has it, but its types do not. */
declare namespace WebAssembly {
    /** A compiled module. */
    class Module {
        constructor(binary: Uint8Array)
    }
    /** What a module imports, by module and name. */
    type Imports = Record<string, Record<string, unknown>>
    class Instance {
        constructor(module: Module, imports: Imports)
        readonly exports: Record<string, unknown>
    }
    interface Memory {
        readonly buffer: ArrayBuffer
    }
    interface Table {
        readonly length: number
        get(index: number): unknown
        set(index: number, value: unknown): void
    }
    function compile(binary: Uint8Array): Promise<Module>
}
