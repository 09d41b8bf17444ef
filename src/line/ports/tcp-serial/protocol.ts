/** How a gateway wants to be asked, and how it answers. */
export interface GatewayProtocol {
    /** Begins an exchange. What is left of earlier ones is forgotten. @returns the bytes for the gateway */
    begin(request: Buffer): Buffer

    /** Takes bytes from the gateway, cut anywhere. @throws GatewayError */
    hear(bytes: Buffer): void

    /** What the line has answered so far. */
    received(): Buffer

    /** Whether the gateway has said all that it will say about the exchange. */
    isOver(): boolean

    /** A new connection begins. */
    reset(): void
}

/** The gateway says something that helps nobody to hear the meter. */
export class GatewayError extends Error {
    /**
     * @param cause what happened, in words
     * @param cure what the owner can do about it
     */
    constructor(
        readonly cause: string,
        readonly cure: string,
    ) {
        super(cause + "; " + cure)
    }
}
