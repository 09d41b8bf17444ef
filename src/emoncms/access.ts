/**
 * Where to ask with a `HEAD` whether EmonCMS answers. It stores nothing, and every EmonCMS answers it without a page.
 * With `GET` only 11.16.5 and later say there what the key may do; older ones say `false` of every key.
 */
export const SESSION_PATH = "/user/session.json"

/**
 * An upload without rows, which stores nothing. EmonCMS refuses it as data that it does not understand, but only when
 * the key may write: else the answer is the one that readings would get.
 */
export const EMPTY_UPLOAD = hex`646174613d5b5d` // data=[]
