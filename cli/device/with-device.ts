import type { Device } from "../../tools/device/device"

/** Runs a function with the device that the command line names. */
export type WithDevice = (work: (device: Device) => Promise<void>) => Promise<void>
