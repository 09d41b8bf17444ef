import { BadImageError } from "./bad-image"
import { type Image, specificationsOf, view } from "./image"

const SPECIFICATION_BYTES = 16
const PACKET_BYTES = 8
const FIELD_BYTES = 4

/** A packet with this flag has a list of fields. */
const MULTI_FIELD = 1

/** A place in the service specifications that refers to a name. */
export interface NameReference {
    readonly offset: number
    readonly reference: number
}

/**
 * All references to names in the service specifications: of services, their packets, and the fields of these packets.
 * @throws BadImageError when a list reaches beyond the section
 */
export function nameReferences(image: Pick<Image, "header" | "specifications">): NameReference[] {
    const data = view(image.specifications)
    const references = new Map<number, number>()
    const within = (offset: number, bytes: number) => {
        if (offset + bytes > data.byteLength)
            throw new BadImageError("specification", offset, "outside of its section")
        return offset
    }
    const nameAt = (offset: number) => {
        const reference = data.getUint16(within(offset, 2), true)
        references.set(offset, reference)
        return reference
    }
    for (let i = 0; i < specificationsOf(image); i++) {
        const at = within(i * SPECIFICATION_BYTES, SPECIFICATION_BYTES)
        nameAt(at)
        const packets = data.getUint16(at + 8, true)
        for (let n = 0; n < packets; n++) {
            const packet = within(data.getUint16(at + 10, true) * 4 + n * PACKET_BYTES, PACKET_BYTES)
            nameAt(packet)
            if (!(data.getUint16(packet + 4, true) & MULTI_FIELD)) continue
            let field = data.getUint16(packet + 6, true) * 4
            while (data.getUint16(within(field, FIELD_BYTES), true) !== 0) {
                nameAt(field)
                field += FIELD_BYTES
            }
        }
    }
    return [...references].map(([offset, reference]) => ({ offset, reference }))
}

/** Copies the specifications, with each reference replaced by what `moved` returns. */
export function withNames(
    image: Pick<Image, "header" | "specifications">,
    moved: (reference: number) => number,
): Uint8Array {
    const specifications = Uint8Array.from(image.specifications)
    for (const { offset, reference } of nameReferences(image))
        view(specifications).setUint16(offset, moved(reference), true)
    return specifications
}
