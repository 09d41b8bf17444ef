import { type RunnerTestFile, TestRunner } from "vitest"
import { isByChance } from "./by-chance"

/** Vitest's own runner, which gives a second try to tests that can fail by chance, and to no others. */
export default class Runner extends TestRunner {
    override onCollectStart(file: RunnerTestFile): void {
        super.onCollectStart(file)
        this.config.retry = isByChance(file.name) ? 1 : 0
    }
}
