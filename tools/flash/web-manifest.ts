import type { ChipKind } from "./chip-kind"

/**
 * What ESP Web Tools wants to know of an image (`esp-web-tools` 10, `dist/const.d.ts`).
 * @param path of the image, as the browser finds it from the manifest
 * @param offset where in the flash it goes
 */
export function webManifest({ name }: ChipKind, path: string, offset: number, version: string): string {
    const builds = [{ chipFamily: name, parts: [{ path, offset }] }]
    const manifest = { name: "emonscript", version, new_install_prompt_erase: false, builds }
    return JSON.stringify(manifest, null, 4) + "\n"
}
