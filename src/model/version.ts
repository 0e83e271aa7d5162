// Which blit this is. build.ts defines both at build time; run from source they say so.

declare const BLIT_VERSION: string | undefined;
declare const BLIT_COMMIT: string | undefined;

export const VERSION: string = typeof BLIT_VERSION === "string" ? BLIT_VERSION : "0.0.0-source";
export const COMMIT: string = typeof BLIT_COMMIT === "string" ? BLIT_COMMIT : "none";
