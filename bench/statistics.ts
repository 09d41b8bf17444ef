/** The middle number, or the mean of the two in the middle. */
export function median(values: readonly number[]): number {
    const sorted = [...values].sort((a, b) => a - b)
    const middle = sorted.length / 2
    return (sorted[Math.ceil(middle) - 1]! + sorted[Math.floor(middle)]!) / 2
}

/** How much `y` rises per unit of `x`, by least squares. */
export function slope(points: readonly { readonly x: number; readonly y: number }[]): number {
    const mean = (of: (p: { x: number; y: number }) => number) =>
        points.reduce((sum, p) => sum + of(p), 0) / points.length
    const x = mean(p => p.x)
    const y = mean(p => p.y)
    return mean(p => (p.x - x) * (p.y - y)) / mean(p => (p.x - x) ** 2)
}
