import { type ChildProcess, spawn } from "node:child_process"
import { once } from "node:events"
import { createInterface } from "node:readline"

/** Node has no pseudo-terminals. Python does: this script connects one to two pipes. */
const BRIDGE = `
import os, pty, select, sys, tty
master, slave = pty.openpty()
tty.setraw(slave)
sys.stderr.write(os.ttyname(slave) + "\\n")
sys.stderr.flush()
while True:
    ready, _, _ = select.select([0, master], [], [])
    if 0 in ready:
        data = os.read(0, 4096)
        if not data: break
        while data: data = data[os.write(master, data):]
    if master in ready: os.write(1, os.read(master, 4096))
`

/** A serial port for other programs on this computer that leads into this one. Needs python3 and a Unix. */
export class PseudoTerminal {
    private constructor(
        private readonly child: ChildProcess,
        /** The path that other programs open. */
        readonly path: string,
    ) {}

    static async open(onData: (bytes: Uint8Array) => void): Promise<PseudoTerminal> {
        const child = spawn("python3", ["-c", BRIDGE], { stdio: ["pipe", "pipe", "pipe"] })
        child.stdout.on("data", onData)
        child.stdin.on("error", () => child.kill())
        const [path] = (await once(createInterface(child.stderr), "line")) as [string]
        return new PseudoTerminal(child, path)
    }

    write(bytes: Uint8Array): void {
        if (this.child.stdin?.writable) this.child.stdin.write(bytes)
    }

    async close(): Promise<void> {
        const over = once(this.child, "close")
        this.child.kill()
        if (this.child.exitCode === null && this.child.signalCode === null) await over
    }
}
