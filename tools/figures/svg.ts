/** An SVG drawing that is built piece by piece. Coordinates are those of the finished SVG. */
export class Drawing {
    private readonly pieces: string[] = []

    constructor(
        readonly width: number,
        readonly height: number,
        private readonly title: string,
        private readonly description: string,
        private readonly style: string,
    ) {}

    text(x: number, y: number, text: string, className = "note"): void {
        this.pieces.push(`<text class="${className}" x="${round(x)}" y="${round(y)}">${escaped(text)}</text>`)
    }

    line(x1: number, y1: number, x2: number, y2: number, className: string): void {
        const ends = `x1="${round(x1)}" y1="${round(y1)}" x2="${round(x2)}" y2="${round(y2)}"`
        this.pieces.push(`<line class="${className}" ${ends}/>`)
    }

    box(x: number, y: number, width: number, height: number, className: string): void {
        const size = `x="${round(x)}" y="${round(y)}" width="${round(width)}" height="${round(height)}"`
        this.pieces.push(`<rect class="${className}" ${size}/>`)
    }

    dot(x: number, y: number, radius: number, className: string): void {
        this.pieces.push(`<circle class="${className}" cx="${round(x)}" cy="${round(y)}" r="${radius}"/>`)
    }

    /** Defines an arrowhead for lines whose style has `marker-end: url(#id)`. */
    arrowhead(id: string, color: string): void {
        const size = 'viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto"'
        const tip = `<path d="M0 0 L10 5 L0 10 z" fill="${color}"/>`
        this.pieces.push(`<defs><marker id="${id}" ${size}>${tip}</marker></defs>`)
    }

    /**
     * Draws a logic level as an oscilloscope shows it.
     * @param levels one for every `step` pixels, starting at `x`
     */
    wave(x: number, y: number, step: number, height: number, levels: boolean[], className: string): void {
        const at = (level: boolean) => round(level ? y : y + height)
        let path = `M${round(x)} ${at(levels[0]!)}`
        for (let i = 1; i <= levels.length; i++) {
            if (i < levels.length && levels[i] === levels[i - 1]) continue
            path += ` H${round(x + i * step)}`
            if (i < levels.length) path += ` V${at(levels[i]!)}`
        }
        this.pieces.push(`<path class="${className}" d="${path}"/>`)
    }

    toString(): string {
        const { width, height } = this
        return [
            `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="Helvetica, Arial, sans-serif" font-size="13">`,
            `<title>${escaped(this.title)}</title>`,
            `<desc>${escaped(this.description)}</desc>`,
            `<style>${this.style}</style>`,
            `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
            ...this.pieces,
            "</svg>",
            "",
        ].join("\n")
    }
}

function round(value: number): number {
    return Math.round(value * 10) / 10
}

function escaped(text: string): string {
    return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;")
}
