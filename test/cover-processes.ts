import { measured } from "../tools/coverage/process-coverage"

// Node.js reads the environment at its start: the processes that tests start measure themselves, the tests' own process does not.
Object.assign(process.env, measured(process.env))
