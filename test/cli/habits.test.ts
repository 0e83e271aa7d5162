// Commands advised to users of other tools, typed into a real shell as they are advised.

import { expect, test } from "bun:test";
import { $ } from "bun";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { blit, blitPath, environment } from "#test/helpers/binary.ts";
import { inScratch } from "#test/helpers/scratch.ts";

/** Runs in a folder what blit answers to these arguments. */
async function followAdvice(folder: string, args: readonly string[]): Promise<void> {
  const { code, stderr } = await blit(args, { cwd: folder });
  expect(code).toBe(2);
  const advice = /^ {2}type: (blit .*)$/m.exec(stderr)?.[1] ?? expect.unreachable(stderr);
  await $`bash -c ${`blit() { ${blitPath()} "$@"; }; ${advice}`}`
    .cwd(folder)
    .env(environment())
    .quiet();
}

const FILES = ["top.txt", "top.o", "sub/in.txt", "sub/in.o", "sub.txt/deep.txt", ".git/c.txt"];

async function copied(switches: readonly string[]): Promise<string[]> {
  let found: string[] = [];
  await inScratch(async (folder) => {
    for (const file of FILES) {
      mkdirSync(join(folder, "src", file, ".."), { recursive: true });
      writeFileSync(join(folder, "src", file), "");
    }
    await followAdvice(folder, ["robocopy", "src", "dst", ...switches]);
    const all = readdirSync(join(folder, "dst"), { recursive: true }) as string[];
    found = all.filter((path) => FILES.includes(path)).toSorted();
  });
  return found;
}

test.each([
  [["/E"], FILES],
  [[], ["top.txt", "top.o"]],
  [["*.txt"], ["top.txt"]],
  [
    ["*.txt", "/S"],
    ["top.txt", "sub/in.txt", "sub.txt/deep.txt", ".git/c.txt"],
  ],
  [
    ["*.txt", "/S", "/XD", "sub.txt", ".git"],
    ["top.txt", "sub/in.txt"],
  ],
  [
    ["/E", "/XF", "*.o", "deep.txt", "/XD", ".git"],
    ["top.txt", "sub/in.txt"],
  ],
  [["/E", "/XD", "src\\sub"], FILES.filter((file) => !file.startsWith("sub/"))],
] as const)("robocopy src dst %p", async (switches, files) => {
  expect(await copied(switches)).toEqual([...files].toSorted());
});

test.each(["line\nbreak", "it's \\ a\ttab", "~", "$HOME `id`", "-n"])(
  "a name: %p",
  async (name) => {
    await inScratch(async (folder) => {
      mkdirSync(join(folder, name));
      writeFileSync(join(folder, name, "file"), "");
      await followAdvice(folder, ["rsync", "-a", "--", `${name}/`, "dst"]);
      expect(existsSync(join(folder, "dst/file"))).toBe(true);
    });
  },
);

test("rsync's order of rules", async () => {
  await inScratch(async (folder) => {
    mkdirSync(join(folder, "src"));
    for (const name of ["a.txt", "b.o"]) writeFileSync(join(folder, "src", name), "");
    await followAdvice(folder, ["-a", "--include", "*.txt", "--exclude", "*", "src/", "dst"]);
    expect(readdirSync(join(folder, "dst"))).toEqual(["a.txt"]);
  });
});
