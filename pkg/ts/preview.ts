/** Preview links: `vitrine preview` signs which variant of which experience is to be shown, and until when. */

import type { Config } from "./state.js";

/** The experience and variant that a token is for; nothing where it is not valid, for another site or expired. */
export async function read(token: string, config: Config): Promise<[experience: string, variant: string] | undefined> {
  try {
    const [said, sealed] = token.split(".").map((part) => Uint8Array.from(atob(part.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0)));
    const { site, key, experience, variant, expires } = JSON.parse(new TextDecoder().decode(said));
    const sound = await config.verifier?.(key, sealed!, new TextEncoder().encode(`vitrine-preview ${token.split(".")[0]}`));
    return sound && site == config.site && Date.now() < expires ? [experience, variant] : undefined;
  } catch {
    return undefined;
  }
}
