import { fileURLToPath } from "node:url"

/** The project's folder, where `devicescript.json` is. */
export const projectRoot = fileURLToPath(new URL("..", import.meta.url))
