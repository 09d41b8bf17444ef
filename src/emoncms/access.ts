/**
 * Path for a `HEAD` that asks whether EmonCMS answers. It stores nothing, and every EmonCMS answers it without a page. A `GET`
 * would tell what the key may do only from 11.16.5 on; older versions answer `false` for every key.
 */
export const SESSION_PATH = "/user/session.json"

/**
 * An upload without rows, which stores nothing. If the key may write, EmonCMS refuses it as data that it does not understand.
 * Otherwise the answer is the one that readings would get.
 */
export const EMPTY_UPLOAD = hex`646174613d5b5d` // data=[]
