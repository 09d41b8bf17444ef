import { createHash } from "node:crypto"
import ts from "typescript"

/** A piece of text inserted into a source file. */
export interface Insertion {
    /** Offset in the original file. */
    readonly at: number
    readonly text: string
}

/** A member of a class, interface or type, with a name that can be changed. */
type Member = ts.Declaration & { readonly name: ts.Identifier }

/** A place where a member is used. */
interface Use {
    readonly name: ts.Identifier
    readonly member: Member
}

/**
 * Groups of methods that must share a name, because one overrides another or an interface asks for it. Found from the types
 * of the program's own files.
 */
export class Families {
    /** For each member the next one toward the root of its family; for the root, itself. */
    private readonly parents = new Map<Member, Member>()
    /** Roots of the families that keep their names. */
    private readonly kept = new Set<Member>()
    /** Names that are used in ways that the types do not show. */
    private readonly keptNames = new Set<string>()
    /** Names of the classes' methods. Nothing else is renamed, and asking for types takes time. */
    private readonly methodNames = new Set<string>()
    /** Members of interfaces and types that may be functions. */
    private readonly possibleSignatures: Member[] = []
    private readonly uses: Use[] = []

    /** @param wary whether every method with the name of an interface's method belongs to its family */
    constructor(
        private readonly checker: ts.TypeChecker,
        private readonly wary: boolean,
    ) {}

    /** Registers the methods that a file declares. */
    collect(file: ts.SourceFile): void {
        const visit = (node: ts.Node): void => {
            if (ts.isClassDeclaration(node)) for (const method of methodsOf(node)) this.add(method, node)
            if (isMember(node) && (ts.isMethodSignature(node) || ts.isPropertySignature(node)))
                this.possibleSignatures.push(node)
            ts.forEachChild(node, visit)
        }
        visit(file)
    }

    private add(method: Member, owner: ts.ClassDeclaration): void {
        this.rootOf(method)
        this.methodNames.add(method.name.text)
        for (const { types } of owner.heritageClauses ?? []) {
            for (const type of types) {
                const inherited = this.checker.getTypeAtLocation(type).getProperty(method.name.text)
                for (const declaration of inherited?.declarations ?? []) this.unite(method, declaration)
            }
        }
    }

    /** Registers the uses of methods in a file. All files must have been collected before. */
    collectUses(file: ts.SourceFile): void {
        const visit = (node: ts.Node): void => {
            if (ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.name))
                this.use(node.name, node.expression)
            else if (ts.isElementAccessExpression(node))
                this.keepTexts(this.checker.getTypeAtLocation(node.argumentExpression))
            else if (ts.isLiteralTypeNode(node) && ts.isStringLiteral(node.literal) && namesMember(node))
                this.keptNames.add(node.literal.text)
            else if (ts.isObjectBindingPattern(node))
                this.keep(
                    node.elements.map(it => it.propertyName ?? it.name),
                    () => this.checker.getTypeAtLocation(node),
                )
            else if (ts.isObjectLiteralExpression(node))
                this.keep(
                    node.properties.flatMap(it => it.name ?? []),
                    () => this.checker.getContextualType(node),
                )
            ts.forEachChild(node, visit)
        }
        visit(file)
    }

    /** Keeps the names that are values of a type. */
    private keepTexts(type: ts.Type): void {
        for (const part of type.isUnion() ? type.types : [type])
            if (part.isStringLiteral()) this.keptNames.add(part.value)
    }

    /** Keeps the names of a type's members that a destructuring pattern or an object literal uses. */
    private keep(nodes: readonly ts.Node[], typeOf: () => ts.Type | undefined): void {
        const names = nodes.map(node => node.getText()).filter(name => this.methodNames.has(name))
        if (names.length === 0) return
        const type = typeOf()
        for (const name of names)
            for (const declaration of type?.getProperty(name)?.declarations ?? [])
                if (isMember(declaration)) this.kept.add(this.rootOf(declaration))
    }

    private use(name: ts.Identifier, receiver: ts.Expression): void {
        if (!this.methodNames.has(name.text)) return
        const declarations = this.checker.getSymbolAtLocation(name)?.declarations ?? []
        if (declarations.length === 0) {
            if (this.checker.getTypeAtLocation(receiver).flags & ts.TypeFlags.Any)
                this.keptNames.add(name.text)
            return
        }
        const [first, ...others] = declarations
        if (!isMember(first!)) return
        for (const other of others) this.unite(first, other)
        this.uses.push({ name, member: first })
    }

    private unite(member: Member, other: ts.Declaration): void {
        const root = this.rootOf(member)
        if (!isMember(other)) {
            this.kept.add(root)
            return
        }
        const otherRoot = this.rootOf(other)
        if (root === otherRoot) return
        this.parents.set(otherRoot, root)
        if (this.kept.has(otherRoot)) this.kept.add(root)
    }

    private rootOf(member: Member): Member {
        const parent = this.parents.get(member)
        if (parent === undefined) {
            this.parents.set(member, member)
            return member
        }
        return parent === member ? member : this.rootOf(parent)
    }

    /** The insertions after the names in each file: the mark and the number of their family. */
    insertions(mark: string): Map<ts.SourceFile, Insertion[]> {
        const numbers = this.numbers()
        const inserted = new Map<ts.SourceFile, Map<number, string>>()
        const put = (name: ts.Identifier, member: Member) => {
            const number = numbers.get(this.rootOf(member))
            if (number === undefined) return
            const file = name.getSourceFile()
            const texts = inserted.get(file) ?? new Map<number, string>()
            inserted.set(file, texts.set(name.end, `${mark}${number}`))
        }
        for (const member of [...this.parents.keys()]) put(member.name, member)
        for (const { name, member } of this.uses) put(name, member)
        return new Map([...inserted].map(([file, texts]) => [file, inOrder(texts)]))
    }

    /** Numbers for the families to rename: those with methods of classes, declared only in the program's own files. */
    private numbers(): Map<Member, number> {
        for (const list of this.signatures()) this.uniteSignatures(list)
        const families = new Map<Member, Member[]>()
        for (const member of [...this.parents.keys()]) {
            const root = this.rootOf(member)
            families.set(root, [...(families.get(root) ?? []), member])
        }
        const renamed = [...families].filter(
            ([root, members]) => !this.kept.has(root) && this.isOurs(members),
        )
        return new Map(renamed.map(([root, members]) => [root, numberOf(members)]))
    }

    /** Function members of interfaces and types with the name of a method, by name. */
    private signatures(): Iterable<Member[]> {
        const found = new Map<string, Member[]>()
        for (const member of this.possibleSignatures) {
            const name = member.name.text
            if (!this.methodNames.has(name)) continue
            if (this.checker.getTypeAtLocation(member).getCallSignatures().length === 0) continue
            found.set(name, [...(found.get(name) ?? []), member])
        }
        return found.values()
    }

    /** Also unites the methods of classes that implement a type without naming it, by having all its members. */
    private uniteSignatures(signatures: readonly Member[]): void {
        const [{ name }] = signatures as [Member]
        const methods = [...this.parents.keys()].filter(
            it => ts.isMethodDeclaration(it) && it.name.text === name.text,
        )
        for (const signature of signatures) {
            const asked = this.membersOf(signature)
            for (const other of [...methods, ...signatures]) {
                const has = this.membersOf(other)
                if (this.wary || [...asked].every(it => has.has(it))) this.unite(signature, other)
            }
        }
    }

    /** Names of all members of a member's class or type, except optional ones. */
    private membersOf(member: Member): ReadonlySet<string> {
        const known = this.members.get(member.parent)
        if (known) return known
        const properties = this.checker.getTypeAtLocation(member.parent).getProperties()
        const needed = properties.filter(({ flags }) => !(flags & ts.SymbolFlags.Optional))
        const names = new Set(needed.map(it => it.name))
        this.members.set(member.parent, names)
        return names
    }

    private readonly members = new Map<ts.Node, ReadonlySet<string>>()

    private isOurs(members: readonly Member[]): boolean {
        return (
            members.some(it => ts.isMethodDeclaration(it)) &&
            members.every(
                it =>
                    !it.getSourceFile().fileName.startsWith("node_modules/") &&
                    !this.keptNames.has(it.name.text) &&
                    (ts.isMethodDeclaration(it) || ts.isMethodSignature(it) || ts.isPropertySignature(it)),
            )
        )
    }
}

function inOrder(texts: ReadonlyMap<number, string>): Insertion[] {
    return [...texts].sort(([a], [b]) => a - b).map(([at, text]) => ({ at, text }))
}

/**
 * A number for a family. It depends only on where the first member stands, so that files get the same names in different
 * programs; the type check then knows them already.
 */
function numberOf(members: readonly Member[]): number {
    const [first] = members.map(({ name }) => `${name.getSourceFile().fileName}:${name.end}`).sort()
    return createHash("sha256").update(first!).digest().readUIntBE(0, 6)
}

/** The instance methods of a class. */
function methodsOf({ members }: ts.ClassDeclaration): Member[] {
    return members.filter(
        (member): member is ts.MethodDeclaration & Member =>
            ts.isMethodDeclaration(member) &&
            ts.isIdentifier(member.name) &&
            !member.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.StaticKeyword),
    )
}

/** Whether a string literal in a type may name a member of another type: `Meter["name"]`, `Pick<Meter, "name">`. */
function namesMember(node: ts.Node): boolean {
    for (let at = node.parent; at && ts.isTypeNode(at); at = at.parent)
        if (ts.isIndexedAccessTypeNode(at) || ts.isTypeReferenceNode(at) || ts.isMappedTypeNode(at))
            return true
    return false
}

function isMember(node: ts.Node): node is Member {
    const { name } = node as { name?: ts.Node }
    return name !== undefined && ts.isIdentifier(name)
}
