/**
 * Environment variable with the Read & Write key for the server that `npm start` gets with `--emoncms`. It stands for `--key`:
 * other users of the computer can see a program's arguments, but not its environment. The set-up passes the key in it.
 */
export const KEY_VARIABLE = "EMONSCRIPT_KEY"
