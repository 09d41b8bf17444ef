/** No process offers a bus. */
export class NoBus extends Error {
    constructor(readonly ports: readonly number[]) {
        super(
            `nothing answers at ${ports.map(port => `127.0.0.1:${port}`).join(" and ")}; run npm start, ` +
                "or npx devs devtools --serial with the device on USB",
        )
        this.name = "NoBus"
    }
}

/** The bus has no device with DeviceScript, or not the one that was asked for. */
export class NoDevice extends Error {
    constructor(
        readonly waitedMs: number,
        /** How the id begins that was asked for. */
        readonly asked: string,
        /** Ids of the devices that are there. */
        readonly there: readonly string[],
    ) {
        super(
            there.length > 0
                ? `no device has an id that begins with ${asked}; there is ${there.join(", ")}`
                : `no device was found within ${waitedMs / 1000} s; check its connection and power`,
        )
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
            `the program on device ${deviceId} does not answer; it may be another program, one with "services": false in ` +
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
            `the command has reported nothing for ${silentMs / 1000} s; it is not known whether it was carried out`,
        )
        this.name = "CommandSilent"
    }
}
