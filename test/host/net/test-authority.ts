import { execFile } from "node:child_process"
import { mkdir, readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { promisify } from "node:util"

const run = promisify(execFile)

/** Key and certificate of a server, in PEM. */
export interface Identity {
    readonly key: Buffer
    readonly cert: Buffer
}

export interface Certificate {
    /** The host name that the certificate is for. */
    readonly host: string
    /** Beginning and end of its validity, in days from now; negative ones have passed. */
    readonly from?: number
    readonly to?: number
}

const CONFIG = `
[ca]
default_ca = test
[test]
database = index.txt
rand_serial = yes
new_certs_dir = .
certificate = ca.pem
private_key = ca.key
default_md = sha256
policy = any
copy_extensions = copy
unique_subject = no
[any]
commonName = supplied
`

const DAY_MS = 86_400_000

/** A certificate authority that is not trusted by default, made with the openssl command. */
export class TestAuthority {
    private constructor(private readonly folder: string) {}

    /** @param folder where the authority keeps its files; this creates it */
    static async create(folder: string): Promise<TestAuthority> {
        await mkdir(folder)
        await writeFile(join(folder, "ca.cnf"), CONFIG)
        await writeFile(join(folder, "index.txt"), "")
        const authority = new TestAuthority(folder)
        const subject = ["-subj", "/CN=emonscript test authority"]
        await authority.openssl(
            "req",
            "-x509",
            ...NEW_KEY,
            "ca.key",
            "-out",
            "ca.pem",
            "-days",
            "30",
            ...subject,
        )
        return authority
    }

    /** File with the authority's own certificate. */
    get certificateFile(): string {
        return join(this.folder, "ca.pem")
    }

    async issue({ host, from = -2, to = 2 }: Certificate): Promise<Identity> {
        const subject = ["-subj", `/CN=${host}`, "-addext", `subjectAltName=DNS:${host}`]
        await this.openssl("req", "-new", ...NEW_KEY, "server.key", "-out", "server.csr", ...subject)
        const validity = ["-startdate", dateIn(from), "-enddate", dateIn(to)]
        const files = ["-in", "server.csr", "-out", "server.pem"]
        await this.openssl("ca", "-batch", "-notext", "-config", "ca.cnf", ...validity, ...files)
        return {
            key: await readFile(join(this.folder, "server.key")),
            cert: await readFile(join(this.folder, "server.pem")),
        }
    }

    private async openssl(...args: string[]): Promise<void> {
        await run("openssl", args, { cwd: this.folder })
    }
}

const NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout"]

/** A date as openssl wants it: `20261122065624Z`. */
function dateIn(days: number): string {
    return `${new Date(Date.now() + days * DAY_MS).toISOString().replace(/[-:T]/g, "").slice(0, 14)}Z`
}

/** Whether the openssl command is installed. */
export async function hasOpenssl(): Promise<boolean> {
    try {
        await run("openssl", ["version"])
        return true
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code === "ENOENT") return false
        throw error
    }
}
