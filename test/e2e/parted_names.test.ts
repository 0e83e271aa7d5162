// Names that were one file and are two now: to give one of them a file of its own moves the ctime of the other's, which then is
// newer than that of its source, though nothing was compared yet.

import { expect, test } from "bun:test";
import { blit } from "#test/helpers/binary.ts";
import { compareTrees } from "#test/helpers/manifest.ts";
import { inScratch } from "#test/helpers/scratch.ts";
import { dir, file, hardLink, makeTree } from "#test/helpers/tree.ts";

const T = { mtimeNs: 1_700_000_000_500_000_000n };

// Whichever of the two comes first in its directory.
test.each(["a", "b"])(
  "the attributes of the other one are mended too, where it is not %s",
  async (changed) => {
    await inScratch(async (folder) => {
      const one = file("one file", T);
      await makeTree(folder, dir({ dst: dir({ a: one, b: hardLink("dst/a") }, T) }));
      const other = { ...one, xattrs: { "user.colour": "red" } };
      const names = { a: other, b: other, [changed]: file("another", T) };
      await makeTree(folder, dir({ src: dir(names, T) }));
      const both = [`${folder}/src`, `${folder}/dst`] as const;
      expect(await blit(["mirror", ...both])).toMatchObject({ code: 0 });
      expect(await compareTrees(...both)).toEqual([]);
    });
  },
);
