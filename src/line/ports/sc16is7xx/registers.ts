/** Registers of an SC16IS740/750/752, from the tables in NXP's data sheets. */
export enum Register {
    /** RHR and THR: the front of the receive FIFO when read, the back of the transmit FIFO when written. */
    Holding = 0x00,
    /** FIFO control. */
    FCR = 0x02,
    /** Line control. */
    LCR = 0x03,
    /** Modem control. */
    MCR = 0x04,
    /** Line status. */
    LSR = 0x05,
    /** Scratch pad: keeps a byte and does nothing else. */
    SPR = 0x07,
    /** Free places in the transmit FIFO. */
    TXLVL = 0x08,
    /** Characters in the receive FIFO. */
    RXLVL = 0x09,
    IOControl = 0x0e,
    /** Extra features control. */
    EFCR = 0x0f,
}

/** The first two registers while {@link Lcr.DivisorLatch} is set. */
export enum DivisorLatch {
    Low = 0x00,
    High = 0x01,
}

/** Bits of the line control register. */
export enum Lcr {
    EightDataBits = 0x03,
    TwoStopBits = 0x04,
    OddParity = 0x08,
    EvenParity = 0x18,
    DivisorLatch = 0x80,
}

/** Bits of the FIFO control register. */
export enum Fcr {
    Enable = 0x01,
    ResetReceiver = 0x02,
    ResetTransmitter = 0x04,
}

/** Bits of the modem control register. */
export enum Mcr {
    Loopback = 0x10,
}

/** Bits of the line status register. Framing error and break refer to the character at the front of the FIFO. */
export enum Lsr {
    Received = 0x01,
    Overrun = 0x02,
    FramingError = 0x08,
    Break = 0x10,
    /** Everything has been sent, including the last stop bit. */
    TransmitterEmpty = 0x40,
    /** A framing error or a break is somewhere in the FIFO. */
    ErrorInFifo = 0x80,
}

/** Bits of the extra features control register. */
export enum Efcr {
    /** RTS follows the transmitter: low while it sends. */
    RtsDirection = 0x10,
    /** Inverts {@link RtsDirection}: RTS is high while it sends, as DE of an RS485 adapter needs it. */
    RtsInverted = 0x20,
}

export enum IoControl {
    SoftwareReset = 0x08,
}

/** Characters in each of the two FIFOs. */
export const FIFO_SIZE = 64
