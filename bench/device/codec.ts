import * as ds from "@devicescript/core"
import { newHeader } from "../../src/queue/codec/block"
import { BlockCoder } from "../../src/queue/codec/coder"
import { meter, nextJob, openDesk } from "./jobs"

/**
 * Runs the codec for the host. Kinds of jobs: 0 and 1 put readings into blocks, with the wall time known or not; the number
 * of the job is their period in ms. 2 puts readings into a block, and 3 takes them out of one, those after the first
 * {@link WARM} in one slice, followed by an empty loop with the job's number of iterations.
 */
const APPEND_UNDATED = 1
const ENCODE = 2

/** Readings in the block before those that are measured: the first ones train the predictor. */
const WARM = 12
const BLOCK_BYTES = 448
const TOLERANCE_MS = 50
const WALL_OFFSET = 1768435200000

const layouts = [meter]
let coder: BlockCoder
let lastKind: number

function newCoder(at: number, period: number, wallOffset: number): BlockCoder {
    const header = newHeader(3, 1000, wallOffset, at, period)
    return new BlockCoder(layouts, Buffer.alloc(BLOCK_BYTES), header, TOLERANCE_MS)
}

function usedBytes(block: Buffer): number {
    let used = block.length
    while (used > 0 && block[used - 1] === 0) used--
    return used
}

const desk = await openDesk()
for (;;) {
    const { kind, number, readings } = await nextJob(desk)
    if (kind !== lastKind) coder = undefined
    lastKind = kind
    if (kind <= APPEND_UNDATED) {
        for (const reading of readings) {
            if (coder && !coder.append(reading)) {
                console.log("full: " + coder.count + " readings in " + BLOCK_BYTES + " bytes")
                coder = undefined
            }
            if (!coder) {
                coder = newCoder(reading.at, number, kind === APPEND_UNDATED ? undefined : WALL_OFFSET)
                coder.append(reading)
            }
            await ds.sleep(1)
        }
        console.log("done: " + coder.count + " readings in " + usedBytes(coder.seal()) + " bytes")
        continue
    }
    coder = newCoder(readings[0].at, 10000, WALL_OFFSET)
    let source: BlockCoder
    for (let i = 0; i < (kind === ENCODE ? WARM : readings.length); i++) {
        coder.append(readings[i])
        await ds.sleep(1)
    }
    if (kind !== ENCODE) {
        source = new BlockCoder(layouts, coder.seal())
        for (let i = 0; i < WARM; i++) {
            source.next()
            await ds.sleep(1)
        }
    }
    await ds.sleep(1)
    for (let i = WARM; i < readings.length; i++) {
        if (source) source.next()
        else coder.append(readings[i])
    }
    for (let i = 0; i < number; i++);
    await ds.sleep(1)
    console.log("done")
}
