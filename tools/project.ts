import { fileURLToPath } from "node:url"

/** The project's folder, which holds `devicescript.json`. */
export const projectRoot = fileURLToPath(new URL("..", import.meta.url))
