/*
 * The direction of imports, for `npm run lint`. docs/DESIGN.md says what each room is for, and `npm run rooms` draws what is
 * there. A rule's `comment` is what the one who breaks it reads.
 */

/** The rooms of the program that a chip runs. Each may import those before it, and itself. */
const ROOMS = ["kernel", "device", "net", "line", "emoncms", "queue", "actors", "services", "programs"]

/** The rooms of the PC side. Each may import those before it, and itself. */
const PC_ROOMS = ["sim", "tools", "cli", "bench"]

/**
 * What an actor says to the others: types of the messages on its topics, which have to be known where they are read. An actor
 * imports nothing else of another one.
 */
const MESSAGES = [
    // What the poller knows about each meter and about the port: for console, light and services.
    "src/actors/poller/line-state.ts",
    // What became of an upload: for console, light and watchdog.
    "src/actors/uplink/upload-report.ts",
    // Why one failed, and its sentence for people: for the console, which makes a text of it.
    "src/actors/uplink/failure.ts",
    "src/actors/uplink/sentences.ts",
    // The clock that the timekeeper sets: for the poller, the logbook and the uplink.
    "src/actors/timekeeper.ts",
]

const anyOf = names => `(?:${names.join("|")})`

/** @type {import("dependency-cruiser").IConfiguration} */
export default {
    forbidden: [
        {
            name: "no-circle",
            comment: "Two files that import each other are one file, or share a third one.",
            severity: "error",
            from: {},
            to: { circular: true },
        },
        {
            name: "no-dead-import",
            comment: "The import leads nowhere.",
            severity: "error",
            from: {},
            // What a build step makes need not be there. A device program finds `@devicescript/*` by way of its compiler.
            to: {
                couldNotResolve: true,
                pathNot: "(^|/)generated/|^@(?:devicescript|dsboard)/|^\\./uplot\\.js$",
            },
        },
        {
            name: "device-apart",
            comment: "What a chip runs knows nothing of the PC side. Only services/ belongs to both.",
            severity: "error",
            from: { path: "^src/" },
            to: { path: "^(?:sim|tools|cli|bench|test|page|examples)/" },
        },
        {
            name: "services-alone",
            comment: "services/ is what device and PC agree on. It imports neither.",
            severity: "error",
            from: { path: "^services/" },
            to: { path: "^(?:src|sim|tools|cli|bench|test|page)/" },
        },
        ...ROOMS.slice(0, -1).map((room, i) => ({
            name: `src-${room}-knows-less`,
            comment: `src/${room}/ imports only ${["itself", ...ROOMS.slice(0, i).reverse()].join(", ")}.`,
            severity: "error",
            from: { path: `^src/${room}/` },
            to: {
                path: `^src/(?:${anyOf(ROOMS.slice(i + 1))}/|[^/]+\\.ts$)`,
                // The program's counters are one list, which the console prints.
                ...(room === "actors" ? { pathNot: "^src/counters\\.ts$" } : {}),
            },
        })),
        {
            name: "src-net-apart-from-device",
            comment: "src/net/ and src/device/ are neighbors, each usable without the other.",
            severity: "error",
            from: { path: "^src/net/" },
            to: { path: "^src/device/" },
        },
        {
            name: "actors-send-messages",
            comment:
                "Actors talk by topics. Of another actor, import only the types of its messages (see MESSAGES).",
            severity: "error",
            from: { path: "^src/actors/([^/.]+)" },
            to: { path: "^src/actors/", pathNot: ["^src/actors/$1[/.]", ...MESSAGES.map(it => `^${it}$`)] },
        },
        {
            name: "sim-shares-no-mistakes",
            comment:
                "The simulator is the other end of the wire. It must not share code with the program that it tests.",
            severity: "error",
            from: { path: "^sim/" },
            to: { path: "^src/" },
        },
        ...PC_ROOMS.slice(0, -1).map((room, i) => ({
            name: `${room}-knows-less`,
            comment: `${room}/ imports no ${PC_ROOMS.slice(i + 1).join(", ")} and no test.`,
            severity: "error",
            from: { path: `^${room}/` },
            to: { path: `^${anyOf([...PC_ROOMS.slice(i + 1), "test"])}/` },
        })),
        {
            name: "examples-show-little",
            comment: "An example imports only what other programs can take: the kernel and ports.",
            severity: "error",
            from: { path: "^examples/" },
            to: {
                path: "^(?:src|services|sim|tools|cli|bench|test)/",
                pathNot: "^src/(?:kernel|line/ports)/",
            },
        },
        {
            name: "no-test-from-outside",
            comment: "Helpers of tests may be imported, files with tests may not.",
            severity: "error",
            from: {},
            to: { path: "\\.test\\.ts$" },
        },
        {
            name: "needed-to-run",
            comment:
                "What the commands need to run is in `dependencies`. Proofs, random wirings, coverage and pictures are made by developers.",
            severity: "error",
            from: {
                path: "^(?:sim|tools|cli|src|services|page)/",
                pathNot: "^tools/(?:compile/proof|coverage|wirings)/|^cli/screenshots",
            },
            to: { dependencyTypes: ["npm-dev"], dependencyTypesNot: ["type-only"], pathNot: "@types/" },
        },
    ],
    options: {
        tsPreCompilationDeps: true,
        doNotFollow: { path: "node_modules" },
        exclude: { path: "^src/generated/|^test/data/" },
        enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "require", "node"] },
        cache: { strategy: "content", folder: "node_modules/.cache/dependency-cruiser" },
    },
}
