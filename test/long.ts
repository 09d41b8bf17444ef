/** `npm run test:long` runs what `npm test` leaves out. */
export const isLong = process.env.LONG === "1"

/** `npm run test:quick` is for use during development. It takes less than a minute, and proves nothing. */
export const isQuick = process.env.QUICK === "1"

/** Test files of `npm run test:quick`: those that need no program for the device, no process and no browser. */
export const quickHost: readonly string[] = [
    "test/host/*.test.ts",
    "test/host/{bus,emoncms,i2c,line,meter,models,provisioning,release,settings,tcp,wiring}/**/*.test.ts",
]

/** Test files that `npm test` runs shortened, and `npm run test:long` in full. */
export const shortenedHost: readonly string[] = [
    "test/host/compile/kept-files.test.ts",
    "test/host/end-to-end/characters.test.ts",
    "test/host/scenario/gateway-habits.test.ts",
    "test/host/scenario/old-servers.test.ts",
    "test/host/start/gateway.test.ts",
    "test/host/start/line-trials.test.ts",
    "test/host/vscode/f5.test.ts",
]

/** Test files that `npm test` leaves out because they take minutes. `npm run test:long` runs them. */
export const longHost: readonly string[] = [
    "test/host/bench/every.test.ts",
    "test/host/bench/main.test.ts",
    "test/host/bench/recovery.test.ts",
    "test/host/bench/store.test.ts",
    "test/host/commands/build.test.ts",
    "test/host/commands/coverage.test.ts",
    "test/host/commands/figures.test.ts",
    "test/host/commands/names.test.ts",
    "test/host/commands/pictures.test.ts",
    "test/host/commands/prove.test.ts",
    "test/host/commands/release.test.ts",
    "test/host/commands/soak.test.ts",
    "test/host/compile/largest.test.ts",
    "test/host/compile/limit.test.ts",
    "test/host/compile/names.test.ts",
    "test/host/compile/real-parts.test.ts",
    "test/host/compile/release/generated-programs.test.ts",
    "test/host/device/commands.test.ts",
    "test/host/device/meter-service/command-storm.test.ts",
    "test/host/device/meter-service/reset-energy.test.ts",
    "test/host/device/meter-service/set-address.test.ts",
    "test/host/device/meter-service/set-alarm.test.ts",
    "test/host/device/lost-connection.test.ts",
    "test/host/device/npm-start.test.ts",
    "test/host/device/on-site.test.ts",
    "test/host/device/silent-command.test.ts",
    "test/host/end-to-end/boot-loop.test.ts",
    "test/host/end-to-end/broken-start.test.ts",
    "test/host/end-to-end/counters.test.ts",
    "test/host/end-to-end/line-commands.test.ts",
    "test/host/end-to-end/line-dead-meter.test.ts",
    "test/host/end-to-end/line-faults.test.ts",
    "test/host/end-to-end/restart.test.ts",
    "test/host/end-to-end/settings.test.ts",
    "test/host/end-to-end/status-light.test.ts",
    "test/host/end-to-end/time.test.ts",
    "test/host/end-to-end/wiring.test.ts",
    "test/host/line/jacdac-serial.test.ts",
    "test/host/net/soak.test.ts",
    "test/host/page/own-scenario.test.ts",
    "test/host/page/watch.test.ts",
    "test/host/scenario/command.test.ts",
    "test/host/scenario/plot.test.ts",
    "test/host/scenario/saboteur.test.ts",
    "test/host/scenario/shipped.test.ts",
    "test/host/serial/one-socket.test.ts",
    "test/host/setup/usb-ports.test.ts",
    "test/host/spi/budget.test.ts",
    "test/host/spi/selftest.test.ts",
    "test/host/spi/transmit.test.ts",
    "test/host/start/interrupt.test.ts",
    "test/host/start/line-trials-adapter.test.ts",
    "test/host/start/mistakes.test.ts",
    "test/host/store/drain.test.ts",
    "test/host/store/earlier-boots.test.ts",
    "test/host/store/own-restart.test.ts",
    "test/host/store/planned-restart.test.ts",
    "test/host/store/power-cut.test.ts",
    "test/host/wiring/failed-wirings.test.ts",
    "test/host/wiring/wirings.test.ts",
    "test/host/wiring/worst-days.test.ts",
    "test/host/scenario/run-scenario.test.ts",
]
