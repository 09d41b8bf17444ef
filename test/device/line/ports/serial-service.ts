import * as ds from "@devicescript/core"
import { Server, startServer } from "@devicescript/server"

/** A Jacdac `serial` service in the same program. The platform binds the role of a {@link JacdacSerial} to it. */
export class SerialService extends Server implements ds.SerialServerSpec {
    /** What was sent to the service, packet by packet. */
    readonly sent: Buffer[] = []
    /** The packets that the service reports after each packet it receives. */
    answers: Buffer[] = []
    /** Whether the baud rate can be set. */
    settable = true
    readonly settings = {
        baud: 115200,
        stopBits: 1,
        dataBits: 7,
        parity: ds.SerialParityType.Odd,
        enabled: false,
    }

    constructor() {
        super(ds.Serial.spec)
        startServer(this)
    }

    /** Reports unsolicited bytes. */
    async report(bytes: Buffer): Promise<void> {
        await this._send(this.spec.lookup("received").encode(bytes))
    }

    async send(data: Buffer): Promise<Buffer> {
        this.sent.push(data)
        for (const answer of this.answers) await this.report(answer)
        // the platform reports whatever is returned here
        return hex``
    }

    enabled() {
        return this.settings.enabled
    }

    set_enabled(value: boolean) {
        this.settings.enabled = value
    }

    async baudRate(): Promise<number> {
        return this.settings.baud
    }

    set_baudRate(value: number) {
        if (this.settable) this.settings.baud = value
    }

    dataBits() {
        return this.settings.dataBits
    }

    set_dataBits(value: number) {
        this.settings.dataBits = value
    }

    stopBits() {
        return this.settings.stopBits
    }

    set_stopBits(value: number) {
        this.settings.stopBits = value
    }

    parityMode() {
        return this.settings.parity
    }

    set_parityMode(value: ds.SerialParityType) {
        this.settings.parity = value
    }

    bufferSize() {
        return 64
    }

    set_bufferSize() {}
}
