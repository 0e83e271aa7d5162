// A directory of so many entries that workers share it.

import { expect, test } from "bun:test";
import { blit } from "#test/helpers/binary.ts";
import { readManifest } from "#test/helpers/manifest.ts";
import { inScratch } from "#test/helpers/scratch.ts";
import { type Children, dir, file, makeTree, randomFile } from "#test/helpers/tree.ts";

const OLD = { mtimeNs: 1_000_000_000n };

test("mirror finds an extra in a shared directory, though a large file in it has changed", async () => {
  await inScratch(async (folder) => {
    const names = Array.from({ length: 9000 }, (_, index) => `file-${index}`);
    const files: Children = Object.fromEntries(names.map((name) => [name, file("", OLD)]));
    const source = dir({ ...files, large: randomFile(5_000_000, 1) });
    const destination = dir({ ...files, large: randomFile(5_000_000, 2, OLD), extra: file("") });
    await makeTree(folder, dir({ src: source, dst: destination }));
    const run = await blit(["mirror", `${folder}/src`, `${folder}/dst`]);
    expect(run).toMatchObject({ code: 0, stderr: "" });
    expect((await readManifest(`${folder}/dst`)).has("extra")).toBe(false);
  });
});
