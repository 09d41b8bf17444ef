import { SpiUart } from "./spi-uart"
import { decode } from "./spi-uart/decoder"
import { diagnose, type LineCondition } from "./spi-uart/diagnosis"
import { isLow } from "./spi-uart/samples"

/** A {@link SpiUart} that can say what the line looks like: for the self-test, and for whoever sets up a line. */
export class DiagnosedSpiUart extends SpiUart {
    private echo: "none" | "right" | "wrong" = "none"

    /**
     * Names what the line showed in the last exchange; a {@link drain} after it makes that unknown.
     *
     * @param understood whether the caller could read what it got: `true` for a frame with a right checksum from the
     * slave that was asked, also for one that says no
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
