// The arguments as the kernel has them. Bun decodes argv as UTF-8 and puts U+FFFD for what is none, so a name
// in another encoding would be lost: then, and only then, the bytes are read from /proc.

import { rawFromText, type RawPath } from "#model/name.ts";

/** Two come before those of the user: the executable, and the script or its place in the executable. */
const OWN_ARGUMENTS = 2;
const REPLACEMENT = "\u{FFFD}";

export async function readArguments(): Promise<readonly RawPath[]> {
  const args = process.argv.slice(OWN_ARGUMENTS);
  if (process.platform === "linux" && args.some((arg) => arg.includes(REPLACEMENT))) {
    const bytes = await Bun.file("/proc/self/cmdline").bytes();
    const all = Buffer.from(bytes).toString("latin1").split("\0").slice(0, -1);
    return all.slice(all.length - args.length) as RawPath[];
  }
  return args.map(rawFromText);
}
