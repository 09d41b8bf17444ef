import { aligned, MOST_PROGRAM_BYTES, settingsToWrite } from "../deploy/deploy"
import { ImageTooLarge } from "../deploy/errors"
import type { Settings } from "../settings/settings"
import { ERASED, STORAGE_BYTES } from "./layout"

/*
 * The partition in which DeviceScript's firmware keeps program, settings and WiFi, as a chip would write it
 * (microsoft/jacdac-c `source/jd_fstor.c`, microsoft/devicescript `runtime/devicescript/devsmgr.c` and `network/wifi.c`).
 */

const PAGE_BYTES = 4096
/** The partition begins with two banks of entries, one of which is in use. Programs follow. */
const BANK_PAGES = STORAGE_BYTES / PAGE_BYTES / 16
const BANK_BYTES = BANK_PAGES * PAGE_BYTES
const MAGIC = [0x52545346, 0x6becea0a] as const
const GENERATION = 1

/** Whether bytes are such a partition, perhaps an erased one. Either of the two banks may be in use. */
export function isStorage(bytes: Uint8Array): boolean {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    const beginsAt = (at: number) =>
        bytes.length >= at + HEADER_BYTES &&
        MAGIC.every((word, i) => view.getUint32(at + 4 * i, true) === word)
    return [0, BANK_BYTES].some(beginsAt) || bytes.every(byte => byte === ERASED)
}
const HEADER_BYTES = 24

/** An entry: a key ending in NUL, then offset and size of the value. Values grow downwards from the end of the bank. */
const ENTRY_BYTES = 24
const KEY_BYTES = 16
const VALUE_ALIGNMENT = 8

const PROGRAM_KEY = "*prog"
const PROGRAM_AT = 2 * BANK_BYTES
const PROGRAM_HEADER_BYTES = 128
const PROGRAM_MAGIC = [0x8d8abd53, 0xb27c4b2b] as const

/** The firmware puts this before the names of a program's settings, to tell them from its own. */
const SETTING = ":"

/** The settings do not fit into the firmware's bank. */
export class SettingsTooLarge extends Error {
    constructor(readonly most: number) {
        super(
            `the settings need more than the ${most} bytes that the firmware has for them; shorten or remove some`,
        )
        this.name = "SettingsTooLarge"
    }
}

export interface StorageContent {
    readonly bytecode: Uint8Array
    readonly settings: Pick<Settings, "device" | "wifi">
}

/**
 * Builds the whole partition, {@link STORAGE_BYTES} long.
 * @throws ImageTooLarge, SettingsTooLarge
 */
export function storageImage({ bytecode, settings }: StorageContent): Uint8Array {
    const image = aligned(bytecode)
    if (image.length > MOST_PROGRAM_BYTES) throw new ImageTooLarge(image.length, MOST_PROGRAM_BYTES)
    const bank = new Bank()
    bank.point(PROGRAM_KEY, PROGRAM_AT, PROGRAM_HEADER_BYTES + image.length)
    for (const [key, value] of settingsToWrite(settings))
        if (value !== undefined) bank.add(SETTING + key, Buffer.from(JSON.stringify(value)))
    if (settings.wifi) {
        bank.add("wifi_ssid", Buffer.from(settings.wifi.ssid))
        bank.add("wifi_psk", Buffer.from(settings.wifi.password))
    }
    const partition = Buffer.alloc(STORAGE_BYTES, ERASED)
    bank.bytes.copy(partition)
    programHeader(image).copy(partition, PROGRAM_AT)
    partition.set(image, PROGRAM_AT + PROGRAM_HEADER_BYTES)
    return partition
}

function programHeader(image: Uint8Array): Buffer {
    const header = Buffer.alloc(PROGRAM_HEADER_BYTES)
    header.writeUInt32LE(PROGRAM_MAGIC[0], 0)
    header.writeUInt32LE(image.length, 4)
    header.writeUInt32LE(PROGRAM_MAGIC[1], 8)
    header.writeUInt32LE(fnv1a(image), 12)
    return header
}

/** The hash that the firmware stores with a program (`jd_hash_fnv1a`). */
function fnv1a(bytes: Uint8Array): number {
    let hash = 0x811c9dc5
    for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x1000193)
    return hash >>> 0
}

/** A bank of entries, at the start of the partition. */
class Bank {
    readonly bytes = Buffer.alloc(BANK_BYTES, ERASED)
    private entryAt = HEADER_BYTES
    private valueAt = BANK_BYTES

    constructor() {
        const header = [...MAGIC, GENERATION, PAGE_BYTES]
        for (const [i, word] of header.entries()) this.bytes.writeUInt32LE(word, 4 * i)
        this.bytes.writeUInt16LE(STORAGE_BYTES / PAGE_BYTES, 16)
        this.bytes.writeUInt16LE(BANK_PAGES, 18)
        this.bytes.writeUInt32LE(0, 20)
    }

    add(key: string, value: Buffer): void {
        // An empty value takes up room too.
        this.valueAt -= Math.max(1, Math.ceil(value.length / VALUE_ALIGNMENT)) * VALUE_ALIGNMENT
        this.point(key, this.valueAt, value.length)
        value.copy(this.bytes, this.valueAt)
    }

    /** Adds an entry for data stored elsewhere. */
    point(key: string, offset: number, size: number): void {
        // The firmware expects an erased entry after the last one.
        if (this.entryAt + 2 * ENTRY_BYTES > this.valueAt)
            throw new SettingsTooLarge(BANK_BYTES - HEADER_BYTES - ENTRY_BYTES)
        this.bytes.fill(0, this.entryAt, this.entryAt + KEY_BYTES)
        this.bytes.write(key, this.entryAt, "latin1")
        this.bytes.writeUInt32LE(offset, this.entryAt + KEY_BYTES)
        this.bytes.writeUInt32LE(size, this.entryAt + KEY_BYTES + 4)
        this.entryAt += ENTRY_BYTES
    }
}
