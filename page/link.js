const PROTOCOL = "emonscript.page"
const FIRST_WAIT_MS = 500
const LONGEST_WAIT_MS = 5000

/** The web socket to the server of this page. Reconnects by itself. */
export class Link {
    #socket
    #wait = FIRST_WAIT_MS

    /**
     * @param {(messages: any[]) => void} onMessages
     * @param {(open: boolean) => void} onOpen
     */
    constructor(onMessages, onOpen) {
        this.onMessages = onMessages
        this.onOpen = onOpen
        this.#open()
    }

    send(message) {
        if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message))
    }

    #open() {
        const token = document.querySelector('meta[name="token"]').getAttribute("content")
        const socket = new WebSocket(`ws://${location.host}/`, [PROTOCOL, `token.${token}`])
        this.#socket = socket
        socket.onopen = () => {
            this.#wait = FIRST_WAIT_MS
            this.onOpen(true)
        }
        socket.onmessage = ({ data }) => this.onMessages(JSON.parse(data))
        socket.onclose = () => {
            this.onOpen(false)
            setTimeout(() => this.#return(), this.#wait)
            this.#wait = Math.min(LONGEST_WAIT_MS, this.#wait * 2)
        }
    }

    /** Reconnects. A restarted server has a new token, which is in its page. */
    async #return() {
        try {
            const text = await (await fetch("/", { cache: "no-store" })).text()
            const page = new DOMParser().parseFromString(text, "text/html")
            const token = page.querySelector('meta[name="token"]')?.getAttribute("content")
            if (token) document.querySelector('meta[name="token"]').setAttribute("content", token)
        } catch {
            // The server is not back yet. The socket will fail too, and try again.
        }
        this.#open()
    }
}
