import { defineConfig } from "vitest/config"

export default defineConfig({
    test: {
        include: ["test/device.test.ts", "test/host/**/*.test.ts"],
        testTimeout: 120_000,
        hookTimeout: 120_000,
        reporters: ["default", "./test/tally.ts"],
    },
})
