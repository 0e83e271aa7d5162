// Chooses the platform once: everything above receives it and never asks which it is.

import { createLinuxPlatform } from "./linux/linux_platform.ts";
import type { Platform } from "./platform.ts";

/** One instance a thread. BLIT_PLATFORM=portable forces the portable one, for tests. */
export async function selectPlatform(): Promise<Platform> {
  if (process.platform === "linux" && process.env["BLIT_PLATFORM"] !== "portable")
    return createLinuxPlatform();
  const { createPortablePlatform } = await import("./portable/portable_platform.ts");
  return createPortablePlatform();
}
