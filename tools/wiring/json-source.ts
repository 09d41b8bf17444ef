import {
    findNodeAtLocation,
    getNodeValue,
    type Node,
    type ParseError,
    parseTree,
    printParseErrorCode,
} from "jsonc-parser"
import type { Mistake } from "./config-error"

/** A JSON text that can locate its values. */
export class JsonSource {
    /** The parsed value, as far as the text is valid. */
    readonly value: unknown
    /** Syntax errors and repeated names in the text. */
    readonly mistakes: readonly Mistake[]
    private readonly tree: Node | undefined

    constructor(private readonly text: string) {
        const errors: ParseError[] = []
        this.tree = parseTree(text, errors, { disallowComments: true })
        this.value = this.tree && getNodeValue(this.tree)
        // Later errors are mostly consequences of the first.
        this.mistakes = errors.slice(0, 1).map(({ error, offset }) => ({
            path: "",
            ...(syntaxWords[printParseErrorCode(error)] ?? notJson),
            ...this.position(offset),
        }))
        if (errors.length === 0) this.mistakes = this.repeatedNames(this.tree, "")
    }

    /** Names that an object has twice, in which case only the last one would count. */
    private repeatedNames(node: Node | undefined, path: string): Mistake[] {
        if (node?.type === "array")
            return (node.children ?? []).flatMap((child, i) => this.repeatedNames(child, `${path}[${i}]`))
        if (node?.type !== "object") return []
        const seen = new Set<string>()
        return (node.children ?? []).flatMap(({ offset, children = [] }) => {
            const name = String(children[0]?.value)
            const place = path ? `${path}.${name}` : name
            const mistakes = this.repeatedNames(children[1], place)
            if (seen.has(name))
                mistakes.unshift({
                    path: place,
                    problem: "appears twice",
                    cure: "Combine the two into one; only the last one would count.",
                    ...this.position(offset),
                })
            seen.add(name)
            return mistakes
        })
    }

    /**
     * Adds line and column to mistakes, and sorts them by position. A mistake about something missing points to what should
     * contain it.
     */
    locate(mistakes: readonly Mistake[]): Mistake[] {
        return mistakes
            .map(mistake => ({ mistake, offset: this.offsetOf(mistake.path) }))
            .sort((a, b) => a.offset - b.offset)
            .map(({ mistake, offset }) => ({ ...mistake, ...this.position(offset) }))
    }

    private offsetOf(path: string): number {
        const keys = keysOf(path)
        for (;;) {
            const node = this.tree && findNodeAtLocation(this.tree, keys)
            if (node) return node.offset
            if (keys.pop() === undefined) return 0
        }
    }

    private position(offset: number): { line: number; column: number } {
        const before = this.text.slice(0, offset).split("\n")
        return { line: before.length, column: before.at(-1)!.length + 1 }
    }
}

/** `meters[0].address` becomes `["meters", 0, "address"]`. */
function keysOf(path: string): (string | number)[] {
    return (path.match(/[^.[\]]+/g) ?? []).map(key => (/^\d+$/.test(key) ? Number(key) : key))
}

type Words = Pick<Mistake, "problem" | "cure">

const notJson: Words = {
    problem: "This is not JSON",
    cure: 'Write text and names in double quotes ("), numbers as digits.',
}

const syntaxWords: Record<string, Words> = {
    CommaExpected: {
        problem: "A comma is missing before this",
        cure: "Put a comma between one entry and the next.",
    },
    ColonExpected: {
        problem: "A colon is missing before this",
        cure: "Put a colon between name and value.",
    },
    PropertyNameExpected: {
        problem: "This should be a name in quotes",
        cure: 'Put names in double quotes ("), and no comma after the last entry.',
    },
    ValueExpected: {
        problem: "This should be a value",
        cure: 'Write a number, or text in double quotes ("), and no comma after the last entry.',
    },
    CloseBraceExpected: {
        problem: "A } is missing before this",
        cure: "Close each { with a }.",
    },
    CloseBracketExpected: {
        problem: "A ] is missing before this",
        cure: "Close each [ with a ].",
    },
    EndOfFileExpected: {
        problem: "This is after the end",
        cure: "Remove what follows the last }.",
    },
    InvalidCommentToken: {
        problem: "This is a comment, which JSON does not allow",
        cure: "Remove it.",
    },
    UnexpectedEndOfString: {
        problem: "This text has no closing quote",
        cure: 'Close it with a double quote (").',
    },
}
