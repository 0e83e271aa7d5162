// The topics of `blit help TOPIC`; the manual page has them too.

import { EXIT_CODE_MEANINGS } from "../exit_code.ts";
import type { Topic } from "../verbs.ts";
import { code, terms, text, type Section } from "./document.ts";

export const TOPIC_SECTIONS: Readonly<Record<Topic, Section>> = {
  "exit-codes": {
    heading: "Exit codes",
    blocks: [
      terms(
        ...EXIT_CODE_MEANINGS.map(([code, meaning]): [string, string] => [String(code), meaning]),
      ),
    ],
  },
  filters: {
    heading: "Filters",
    blocks: [
      text(
        "Patterns are gitignore's: *.o matches in every folder, /build only at the top of SRC,",
        "cache/ only directories, **/tmp/*.log at any depth. ? and [...] take a character, where",
        "git takes a byte of it; most emoji are two. They are asked in the order in which",
        "they are typed, those of a file where its --exclude-from stands, and the last that matches decides.",
        "A directory that is left out is never opened, so nothing inside it can be taken in again.",
      ),
      code(
        "blit mirror --exclude '*.o' --include keep.o src /backup/src",
        "blit copy --exclude-from .gitignore --max-size 100M src /tmp/src",
        "find . -newer stamp -print0 | blit copy --files-from - -0 . /tmp/changed",
      ),
      text(
        "What is left out is protected: mirror does not delete it from DST, unless",
        "--delete-excluded. What only DST has is judged by its own name, size and time, so a file",
        "beyond --max-size stays there. Sizes and times are asked of regular files only.",
      ),
      text(
        "A path that --files-from names and SRC does not have is a failed entry: the others are",
        "copied, mirror deletes nothing, and the run ends with 3.",
      ),
      terms(
        ["SIZE", "bytes, or with K, M, G, T (powers of 1024), KB, MB, GB, TB (of 1000)"],
        ["TIME", "an age: 90s, 30m, 12h, 7d, 2w; or a date: 2026-01-31, 2026-01-31T18:00"],
        [
          "FILE",
          'for --files-from: one path a line, or ended by NUL with -0; "dir/" means all below it; a line that begins with # is a path too',
        ],
      ),
    ],
  },
  safety: {
    heading: "Safety",
    blocks: [
      text(
        "A file that exists at the destination is never half-written: new data goes to a temporary",
        "name beside it and replaces it by rename. blit can be interrupted or killed at any moment;",
        "the next run goes on from there and removes what was left over.",
      ),
      text(
        "mirror deletes last, and only if every directory of SRC was read without error and nothing",
        "failed before. On a terminal it asks first, showing how many entries and the first few: after",
        "any answer but yes nothing is deleted, and it exits with 4. Without a terminal it goes ahead.",
      ),
      text("Refused with exit code 4, before anything is touched, are"),
      terms(
        ["overlap", "source and destination the same, or one inside the other, by whatever name"],
        ["empty source", "a mirror of an empty SRC over a DST that is not (--allow-empty-source)"],
        [
          "unrelated destination",
          "a mirror into a DST that has entries, none of which is in SRC (--yes)",
        ],
      ),
      text(
        "and, after copying and before deleting, more deletions than --max-delete allows. --dry-run",
        "prints exactly what a run would do.",
      ),
    ],
  },
  json: {
    heading: "JSON",
    blocks: [
      text(
        "With --json, standard output has one JSON object a line and nothing else. --log FILE",
        'appends the same lines to a file, each with its time. Every line has "v", the version of the schema, now 1;',
        "it grows when a field changes its meaning or goes away, never when one is added.",
      ),
      terms(
        ["resolved", "what goes where: verb, mappings of source and destination"],
        ["phase", "preparing, copying, confirming, deleting, finishing"],
        ["entry", "with -v, -n, and in the log: action, path, sizeBytes, reason"],
        ["difference", "verify: path, and what differs"],
        ["progress", "counts so far; totalsFinal is false while the planned totals grow"],
        ["problem", "side, root, path, operation, code, severity, message, remedy"],
        ["note, detail", "a message for people"],
        ["refused", "why the run did not start or did not delete: message, hint"],
        ["stall", "where each worker stands"],
        ["summary", "the last line: outcome, exitCode, counts, elapsedMs, deletionsWithheld"],
      ),
      text("The other verbs that know --json print the same kind of lines:"),
      terms(
        ["run", "diagnostics perf: one recorded run"],
        ["history", "diagnostics perf --clear, --enable, --disable: change, done, message"],
        ["profile", "one verb between two file systems: runs, costs, limits, errors"],
        ["dump", "diagnostics dump: all that was found, in one line"],
      ),
      text(
        'bench prints one object, of type "bench" and a version of its own, now 2: machine, noise,',
        "contenders with their versions, and workloads; each has its phases, each of these its results, with every",
        "run (wallMs, userMs, systemMs, peakMemoryBytes), the failure or null, and the analysis: medians, 95%",
        "intervals, and the ratio to the first contender with its verdict. What there is none of is null.",
      ),
      text(
        "A path that is not UTF-8 has its bytes in a second field, as base64: pathBase64 beside path.",
      ),
      code(`blit mirror --json a b | jq -r 'select(.type == "problem") | .message'`),
    ],
  },
  environment: {
    heading: "Environment",
    blocks: [
      terms(
        ["BLIT_MAX_WORKERS", "as --workers, for debugging; the option wins"],
        [
          "BLIT_PLATFORM",
          "portable: do without the system's own calls, for tests; linux: use them",
        ],
        ["BLIT_DISABLE_PERF_HISTORY", "1: record nothing about runs"],
        ["XDG_STATE_HOME", "where the history is kept, in blit/; else ~/.local/state"],
        ["NO_COLOR", "anything: no colours"],
        ["TERM", "dumb: no live line and no colours, and diagrams in ASCII"],
        [
          "LC_ALL, LC_CTYPE, LANG",
          "the first that is set: unless it says UTF-8, profile and diagnostics perf draw in ASCII",
        ],
        ["TMPDIR", "where bench makes its trees, unless --dir; else /tmp"],
      ),
      text(
        "blit makes no network connection that was not asked for; the history stays on this machine.",
      ),
    ],
  },
};
