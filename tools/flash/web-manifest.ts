import type { ChipKind } from "./chip-kind"

/**
 * The manifest of an image for ESP Web Tools (`esp-web-tools` 10, `dist/const.d.ts`).
 * @param path of the image, relative to the manifest
 * @param offset of the image in the flash
 */
export function webManifest({ name }: ChipKind, path: string, offset: number, version: string): string {
    const builds = [{ chipFamily: name, parts: [{ path, offset }] }]
    const manifest = { name: "emonscript", version, new_install_prompt_erase: false, builds }
    return JSON.stringify(manifest, null, 4) + "\n"
}
