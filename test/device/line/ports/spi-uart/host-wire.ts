import * as ds from "@devicescript/core"

type Natives = typeof ds & {
    _socketOpen(host: string, port: number): number
    _socketWrite(message: Buffer): number
    _socketOnEvent: (event: string, message?: Buffer) => void
    spiConfigure(miso: number, mosi: number, sck: number, mode: number, hz: number): void
    spiXfer(tx: Buffer, rx: Buffer): Promise<void>
}

const CONFIGURE = 0x63
const TRANSFER = 0x74
const PIN = 0x70
const RESULT = 0x72

/** A command from the host, parsed from JSON. */
export interface Command {
    do: string
}

const commands: string[] = []
let reader: ds.Fiber
let samples: Buffer
let failure: string
let sender: ds.Fiber

function send(kind: number, payload: Buffer) {
    const message = Buffer.alloc(1 + payload.length)
    message[0] = kind
    message.blitAt(1, payload, 0, payload.length)
    ;(ds as Natives)._socketWrite(message)
}

function received(event: string, message?: Buffer) {
    if (event !== "data") return
    const payload = message.slice(1)
    if (message[0] === 0x6a) {
        commands.push(payload.toString())
        if (reader?.suspended) reader.resume(undefined)
    } else if (message[0] === TRANSFER) {
        samples = payload
        sender.resume(undefined)
    } else {
        failure = payload.toString()
        sender.resume(undefined)
    }
}

/** Replaces the firmware's SPI functions, which the simulator lacks, with functions that call the host. */
export function connectHost() {
    const natives = ds as Natives
    natives._socketOnEvent = received
    natives._socketOpen("spi", 1)
    natives.spiConfigure = (miso: number, mosi: number, sck: number, mode: number, hz: number) => {
        const payload = Buffer.alloc(20)
        payload.setAt(0, "i32", miso)
        payload.setAt(4, "i32", mosi)
        payload.setAt(8, "i32", sck)
        payload.setAt(12, "i32", mode)
        payload.setAt(16, "i32", hz)
        send(CONFIGURE, payload)
    }
    natives.spiXfer = async (tx: Buffer, rx: Buffer) => {
        if (rx && rx.length !== tx.length) throw new RangeError("same size TX/RX buffers")
        failure = undefined
        sender = ds.Fiber.self()
        send(TRANSFER, tx)
        await ds.suspend()
        if (failure !== undefined) throw new RangeError(failure)
        if (rx) rx.blitAt(0, samples, 0, rx.length)
        samples = undefined
    }
}

/** A pin whose mode the host sees. */
export function hostPin(gpio: number): ds.IOPin {
    const pin = {
        gpio,
        setMode: (mode: ds.GPIOMode) => {
            const payload = Buffer.alloc(2)
            payload[0] = gpio
            payload[1] = mode
            send(PIN, payload)
        },
    }
    return pin as unknown as ds.IOPin
}

/** Waits for the host's next command. */
export async function nextCommand(): Promise<Command> {
    while (commands.length === 0) {
        reader = ds.Fiber.self()
        await ds.suspend()
    }
    return JSON.parse(commands.shift()) as Command
}

/** Answers the host's last command. */
export function answer(result: object) {
    send(RESULT, Buffer.from(JSON.stringify(result)))
}
