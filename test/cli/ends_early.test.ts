// What a run says that did not do all of what was asked: stopped, refused, or nothing to do.

import { expect, test } from "bun:test";
import { mkdirSync, readdirSync, utimesSync, writeFileSync } from "node:fs";
import { blit } from "#test/helpers/binary.ts";
import { countsOf, jsonEvents } from "#test/helpers/events.ts";
import { FAULTY_UNAVAILABLE, mountFaulty } from "#test/helpers/fuse.ts";
import { inScratch } from "#test/helpers/scratch.ts";

const FILES = 300;

test.skipIf(FAULTY_UNAVAILABLE !== undefined)(
  "a run into a destination that has become read-only says that it was stopped, and what it did not come to",
  async () => {
    await inScratch(async (folder) => {
      mkdirSync(`${folder}/src/sub`, { recursive: true });
      mkdirSync(`${folder}/dst`);
      for (let index = 0; index < FILES; index++)
        writeFileSync(`${folder}/src/sub/f${index}`, `${index}`);
      writeFileSync(`${folder}/dst/extra`, "");
      const mount = await mountFaulty(`${folder}/dst`, `${folder}/mnt`);
      try {
        mount.setRules(["write /sub/f EROFS"]);
        const args = ["mirror", "--yes", `${folder}/src`, mount.path];
        const run = await blit(args);
        expect(run.code).toBe(3);
        expect(run.stdout).toContain("stopped: made 1 directory in");
        expect(run.stdout).toMatch(
          /\d+ entr(y|ies) failed; not copied: \d+ of \d+\+? files?, \d+ B/,
        );
        expect(run.stdout).toContain("nothing was deleted: the run was stopped before");
        const events = jsonEvents((await blit([...args, "--json"])).stdout);
        expect(events.at(-1)).toMatchObject({ unreached: { files: expect.any(Number) } });
        expect(countsOf(events)["filesCopied"]).toBe(0);
        expect(readdirSync(`${folder}/dst`)).toContain("extra");
      } finally {
        await mount.unmount();
      }
    });
  },
);

test.skipIf(FAULTY_UNAVAILABLE !== undefined)(
  "what arrived of a file that failed is not copied",
  async () => {
    await inScratch(async (folder) => {
      mkdirSync(`${folder}/src`);
      mkdirSync(`${folder}/dst`);
      writeFileSync(`${folder}/src/large`, Buffer.alloc(6_000_000, "x"));
      writeFileSync(`${folder}/src/small`, "x");
      const mount = await mountFaulty(`${folder}/dst`, `${folder}/mnt`);
      try {
        mount.setRules(["write /large EDQUOT 3000000"]);
        const run = await blit(["copy", "--json", `${folder}/src`, mount.path]);
        expect(run.code).toBe(3);
        expect(countsOf(jsonEvents(run.stdout))).toMatchObject({ filesCopied: 1, bytesCopied: 1 });
      } finally {
        await mount.unmount();
      }
    });
  },
);

test("verify counts what it has compared of files that differ, too", async () => {
  await inScratch(async (folder) => {
    for (const [side, content] of [
      ["src", "some"],
      ["dst", "same"],
    ] as const) {
      mkdirSync(`${folder}/${side}`);
      writeFileSync(`${folder}/${side}/file`, content);
      utimesSync(`${folder}/${side}`, 1, 1);
    }
    const { stdout } = await blit(["verify", `${folder}/src`, `${folder}/dst`]);
    expect(stdout).toContain("1 differs: 2 entries, 4 B compared");
  });
});

test("a dry run beyond --max-delete is still a dry run, and deletes nothing in words either", async () => {
  await inScratch(async (folder) => {
    for (const side of ["src", "dst"]) {
      mkdirSync(`${folder}/${side}`);
      writeFileSync(`${folder}/${side}/kept`, "x");
    }
    for (let index = 0; index < 9; index++) writeFileSync(`${folder}/dst/extra${index}`, "");
    const args = ["mirror", "-n", "--max-delete", "0", `${folder}/src`, `${folder}/dst`];
    const { code, stdout } = await blit(args);
    expect(code).toBe(4);
    expect(stdout).toContain("dry run, nothing was changed: would have copied");
    expect(stdout).not.toContain("deleted 9 entries");
    expect(stdout).toContain("nothing would be deleted: --max-delete");
  });
});

test("a copy that only makes directories says so", async () => {
  await inScratch(async (folder) => {
    mkdirSync(`${folder}/empty`);
    const { stdout } = await blit(["copy", `${folder}/empty`, `${folder}/new`]);
    expect(stdout).toContain("made 1 directory in");
    expect(stdout).not.toContain("copied nothing");
  });
});
