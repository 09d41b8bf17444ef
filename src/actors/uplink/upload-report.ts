import type { Reading } from "../../line/meters/profile"
import type { Failure } from "./failure"

/** The outcome of one attempt to deliver, or to check the account. */
export interface UploadReport {
    /** Readings that EmonCMS has acknowledged. */
    readonly accepted: number
    /** Readings that EmonCMS will never accept; they are set aside. */
    readonly refused: Reading[]
    /** What went wrong; `undefined` when nothing did. */
    readonly failure: Failure | undefined
}
