import { defineConfig } from "vitest/config"

export default defineConfig({
    test: {
        include: ["test/device.test.ts", "test/host/**/*.test.ts"],
        // Sockets and compilers need the machine's own time, whatever the virtual clock says: on a busy one a test may be
        // late, so it gets patience and a second try. A fault fails twice.
        testTimeout: 300_000,
        hookTimeout: 300_000,
        retry: 1,
        reporters: ["default", "./test/tally.ts"],
    },
})
