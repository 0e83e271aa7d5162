// The options of cp and mv. rsync has others under the same letters: these count where cp or mv is named.

import {
  BY_ITSELF,
  NOT_THERE,
  NOT_THERE_VALUE,
  rows,
  type Table,
  type Translation,
} from "./translation.ts";

const NO_CLOBBER: Translation = { becomes: "--ignore-existing" };
/** The folder comes before what goes into it. */
export const TARGET_DIRECTORY: Translation = { takesValue: true };

export const CP_LETTERS: Table = {
  ...rows("a r R p d P f T", BY_ITSELF),
  ...Object.fromEntries(["v", "u", "x"].map((letter) => [letter, { becomes: `-${letter}` }])),
  n: NO_CLOBBER,
  ...rows("b i l s L H Z", NOT_THERE),
  S: NOT_THERE_VALUE,
  t: TARGET_DIRECTORY,
};

export const CP_WORDS: Table = {
  ...rows(
    "archive recursive force preserve no-dereference no-target-directory reflink sparse " +
      "remove-destination strip-trailing-slashes",
    BY_ITSELF,
  ),
  "no-clobber": NO_CLOBBER,
  ...rows(
    "attributes-only backup interactive link symbolic-link dereference parents copy-contents context " +
      "no-preserve",
    NOT_THERE,
  ),
  suffix: NOT_THERE_VALUE,
  "target-directory": TARGET_DIRECTORY,
};
