/** The values of one track over time; `null` while they are unknown. Times are in seconds. */
export class Series {
    t = []
    v = []

    constructor(points = { t: [], v: [] }) {
        this.t = [...points.t]
        this.v = [...points.v]
    }

    add(t, v) {
        this.t.push(t)
        this.v.push(v)
    }

    /** Replaces all points from a time on. */
    replaceFrom(from, points) {
        const first = this.indexFrom(from)
        this.t.splice(first, Number.POSITIVE_INFINITY, ...points.t)
        this.v.splice(first, Number.POSITIVE_INFINITY, ...points.v)
    }

    /** The latest value that is not `null`, and its time; `undefined` if there is none. */
    get latest() {
        const i = this.v.findLastIndex(value => value !== null)
        return i < 0 ? undefined : { t: this.t[i], v: this.v[i] }
    }

    /** The value nearest to a time, at most `within` seconds away; `undefined` if there is none. */
    near(t, within) {
        const i = this.indexFrom(t)
        const [before, after] = [i - 1, i].map(at => ({
            at,
            distance: Math.abs((this.t[at] ?? Number.NaN) - t),
        }))
        const best = after.distance <= before.distance || Number.isNaN(before.distance) ? after : before
        return best.distance <= within ? this.v[best.at] : undefined
    }

    /** The usual time between the latest points, in seconds. */
    get step() {
        const steps = []
        for (let i = Math.max(1, this.t.length - 60); i < this.t.length; i++)
            steps.push(this.t[i] - this.t[i - 1])
        steps.sort((a, b) => a - b)
        return steps[steps.length >> 1] ?? 10
    }

    /** The points, with a `null` in every gap longer than `longest` seconds, so that the curve is interrupted there. */
    withGaps(longest) {
        const t = []
        const v = []
        for (let i = 0; i < this.t.length; i++) {
            if (i > 0 && this.t[i] - this.t[i - 1] > longest) {
                t.push(this.t[i - 1] + longest / 2)
                v.push(null)
            }
            t.push(this.t[i])
            v.push(this.v[i])
        }
        return [t, v]
    }

    /** Index of the first point at or after a time. */
    indexFrom(t) {
        let low = 0
        let high = this.t.length
        while (low < high) {
            const middle = (low + high) >> 1
            if (this.t[middle] < t) low = middle + 1
            else high = middle
        }
        return low
    }
}
