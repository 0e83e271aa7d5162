import { describe, expect, test } from "bun:test";
import { describeMusl, muslLoader, parseLimits } from "#cli/diagnostics/machine.ts";

describe("parseLimits()", () => {
  test("reads the text of /proc/self/limits", () => {
    const text = `Limit                     Soft Limit           Hard Limit           Units
Max file size             unlimited            unlimited            bytes
Max open files            1024                 524288               files
`;
    expect(parseLimits(text)).toEqual({
      openFiles: { soft: 1024, hard: 524_288 },
      fileBytes: { soft: "unlimited", hard: "unlimited" },
    });
  });

  test("of no text is unknown", () => {
    const unknown = { soft: "unknown", hard: "unknown" } as const;
    expect(parseLimits("")).toEqual({ openFiles: unknown, fileBytes: unknown });
  });
});

test("musl is found in the memory map, and says its version when it is run", () => {
  const maps = `7f2a1c000000-7f2a1c095000 r-xp 00000000 fe:00 1311 /lib/ld-musl-x86_64.so.1\n`;
  expect(muslLoader(maps)).toBe("/lib/ld-musl-x86_64.so.1");
  const debian = "7f2a1c-7f2a1d r-xp 0 fe:00 1 /usr/lib/x86_64-linux-musl/libc.so\n";
  expect(muslLoader(debian)).toBe("/usr/lib/x86_64-linux-musl/libc.so");
  expect(muslLoader("7f2a1c-7f2a1d r-xp 0 fe:00 1 /usr/lib/libc.so.6\n")).toBeUndefined();
  const banner = "musl libc (x86_64)\nVersion 1.2.5\nDynamic Program Loader\nUsage: …\n";
  expect(describeMusl(banner)).toBe("musl 1.2.5");
  expect(describeMusl("")).toBe("musl");
});
