// rsync's options. Those that blit has under the same name are in its own table (options/table.ts).

import {
  BY_ITSELF,
  BY_ITSELF_VALUE,
  lookUp,
  MIRRORS,
  MOVES,
  NOT_THERE,
  NOT_THERE_VALUE,
  rows,
  type Table,
  type Translation,
} from "./translation.ts";

/** Each letter, by the long name that says what it does. */
export const RSYNC_LETTERS: Readonly<Record<string, string>> = {
  ...{ a: "archive", r: "recursive", l: "links", p: "perms", t: "times", g: "group", o: "owner" },
  ...{ D: "devices", H: "hard-links", A: "acls", X: "xattrs", S: "sparse", W: "whole-file" },
  ...{ h: "human-readable", P: "partial", z: "compress", E: "executability" },
  ...{ s: "secluded-args", "4": "ipv4", "6": "ipv6", "8": "8-bit-output", j: "8-bit-output" },
  ...{ n: "dry-run", v: "verbose", q: "quiet", c: "checksum", u: "update", I: "ignore-times" },
  ...{ x: "one-file-system", "0": "from0", i: "itemize-changes" },
  ...{ b: "backup", d: "dirs", k: "copy-dirlinks", K: "keep-dirlinks", L: "copy-links" },
  ...{ y: "fuzzy", C: "cvs-exclude", m: "prune-empty-dirs", J: "omit-link-times" },
  ...{ N: "crtimes", O: "omit-dir-times", R: "relative", U: "atimes", F: "dir-merge" },
  ...{ e: "rsh", f: "filter", M: "remote-option", T: "temp-dir", B: "block-size" },
};

export const RSYNC_WORDS: Table = {
  ...rows(
    "archive recursive links perms times group owner devices specials hard-links acls xattrs sparse " +
      "whole-file numeric-ids progress stats human-readable partial compress super inc-recursive " +
      "executability force protect-args secluded-args old-args ipv4 ipv6 8-bit-output mkpath " +
      "trust-sender motd implied-dirs blocking-io msgs2stderr",
    BY_ITSELF,
  ),
  ...rows(
    "info debug stderr partial-dir temp-dir modify-window outbuf compress-level compress-choice zl " +
      "zc skip-compress block-size checksum-choice cc checksum-seed max-alloc",
    BY_ITSELF_VALUE,
  ),
  ...rows("delete delete-after delete-before delete-during delete-delay del", MIRRORS),
  "delete-excluded": { mirrors: true, becomes: "--delete-excluded" },
  "remove-source-files": MOVES,
  "itemize-changes": { becomes: "-v", itemizes: true },
  fsync: { becomes: "--durable" },
  "log-file": { becomes: "--log", takesValue: true },
  ...rows(
    "existing ignore-non-existing backup relative append append-verify inplace dirs old-dirs atimes " +
      "crtimes open-noatime copy-links copy-unsafe-links safe-links munge-links copy-dirlinks " +
      "keep-dirlinks fuzzy omit-dir-times omit-link-times prune-empty-dirs cvs-exclude delay-updates " +
      "ignore-errors ignore-missing-args delete-missing-args list-only preallocate fake-super " +
      "copy-devices write-devices daemon dir-merge",
    NOT_THERE,
  ),
  ...rows(
    "bwlimit rsh rsync-path link-dest compare-dest copy-dest backup-dir suffix chmod chown usermap " +
      "groupmap filter include-from iconv timeout contimeout stop-after stop-at write-batch " +
      "only-write-batch read-batch out-format log-file-format remote-option port address sockopts " +
      "password-file early-input protocol config copy-as",
    NOT_THERE_VALUE,
  ),
};

const NO_OWNER: Translation = { becomes: "--no-owner" };
const NO_XATTRS: Translation = { becomes: "--no-xattrs" };

/** What becomes of `--no-X`, by X; where blit does not do X by itself, not to do it needs nothing. */
const NEGATED: Table = {
  ...rows("owner group", NO_OWNER),
  ...rows("acls xattrs", NO_XATTRS),
  ...rows(
    "archive recursive links perms times devices specials hard-links sparse numeric-ids",
    NOT_THERE,
  ),
};
/** Short names that only a negation has. */
const NEGATED_LETTERS: Readonly<Record<string, string>> = { "i-r": "inc-recursive" };

/** "no-g" and "no-group" alike; undefined where rsync has no such option. */
export function rsyncNegation(name: string): Translation | undefined {
  if (!name.startsWith("no-")) return undefined;
  const typed = name.slice("no-".length);
  const word = lookUp(RSYNC_LETTERS, typed) ?? lookUp(NEGATED_LETTERS, typed) ?? typed;
  return lookUp(NEGATED, word) ?? (lookUp(RSYNC_WORDS, word) === undefined ? undefined : BY_ITSELF);
}
