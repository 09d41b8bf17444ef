import { SpiUart } from "./spi-uart"
import { decode } from "./spi-uart/decoder"
import { diagnose, type LineCondition } from "./spi-uart/diagnosis"
import { isLow } from "./spi-uart/samples"

/** A {@link SpiUart} that can diagnose the line: for the self-test, and for setting up a line. */
export class DiagnosedSpiUart extends SpiUart {
    private echo: "none" | "right" | "wrong" = "none"

    /**
     * Names the condition of the line in the last exchange. Call it before a {@link drain}, which overwrites the evidence.
     *
     * @param understood whether the caller understood the answer: `true` for a frame with a correct checksum from the meter
     * that was asked, even if it is an exception
     */
    diagnose(understood: boolean): LineCondition {
        return diagnose(
            {
                stuckLow: isLow(this.window),
                echo: this.echo,
                characters: this.reception.length,
                errors: this.reception.errors(),
            },
            understood,
        )
    }

    protected override sent(request: Buffer, line: Buffer, at: number) {
        const lost = this.options.de !== undefined && this.window === line
        this.echo = lost ? "none" : this.findEcho(request, line, at)
    }

    private findEcho(request: Buffer, line: Buffer, at: number): "none" | "right" | "wrong" {
        const { reception, timing } = this
        reception.clear()
        const heard = decode(line, at, at + request.length * timing.characterBytes, timing, reception)
        if (reception.length + reception.errors() === 0) return "none"
        return heard.toString("hex") === request.toString("hex") ? "right" : "wrong"
    }
}
