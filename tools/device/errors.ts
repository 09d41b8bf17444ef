/** No process offers a bus. */
export class NoBus extends Error {
    constructor(readonly ports: readonly number[]) {
        super(
            `nothing answers at ${ports.map(port => `127.0.0.1:${port}`).join(" and ")}; run npm start, ` +
                "or npx devs devtools --serial with the device at USB",
        )
        this.name = "NoBus"
    }
}

/** The bus has no device with DeviceScript. */
export class NoDevice extends Error {
    constructor(readonly waitedMs: number) {
        super(`no device has shown itself within ${waitedMs / 1000} s; is it connected, is it powered?`)
        this.name = "NoDevice"
    }
}

/** There are several devices, and none was chosen. */
export class SeveralDevices extends Error {
    constructor(readonly ids: readonly string[]) {
        super(`there are several devices; choose one with --device: ${ids.join(", ")}`)
        this.name = "SeveralDevices"
    }
}

/** The program on the device does not have the services of this project. */
export class NoServices extends Error {
    constructor(readonly deviceId: string) {
        super(
            `the program on device ${deviceId} does not answer; it may be another one, one with "services": false in ` +
                "devicescript.json, or none",
        )
        this.name = "NoServices"
    }
}

/** A device does not answer a question. */
export class NoReply extends Error {
    constructor(
        readonly question: string,
        options?: ErrorOptions,
    ) {
        super(`the device does not answer: ${question}`, options)
        this.name = "NoReply"
    }
}

/** A command has stopped reporting before its end. */
export class CommandSilent extends Error {
    constructor(readonly silentMs: number) {
        super(
            `the command has said nothing for ${silentMs / 1000} s; whether it was carried out is not known`,
        )
        this.name = "CommandSilent"
    }
}
