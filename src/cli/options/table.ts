// Every option as data. The parser, --help, the manual and the completions are made from this one table.

import type { VerbName } from "../verbs.ts";
import { BENCH_OPTIONS } from "./bench_table.ts";

/** What follows an option; `complete` is for the shells. */
export interface ValueSpec {
  readonly placeholder: string;
  readonly complete: "file" | "directory" | "none";
}

export interface OptionSpec {
  readonly name: string;
  readonly short?: string;
  /** Absent for a switch. */
  readonly value?: ValueSpec;
  readonly group: OptionGroup;
  readonly verbs: readonly VerbName[];
  readonly help: string;
}

export const OPTION_GROUPS = [
  "What counts as changed",
  "What is preserved",
  "Safety",
  "Filters",
  "Output",
  "Measuring",
  "History",
  "Debugging",
] as const;
export type OptionGroup = (typeof OPTION_GROUPS)[number];

const TRANSFER = ["copy", "mirror", "move"] as const;
const TREES = ["copy", "mirror", "move", "verify"] as const;

const NUMBER = { placeholder: "N", complete: "none" } as const;
const SIZE = { placeholder: "SIZE", complete: "none" } as const;
const TIME = { placeholder: "TIME", complete: "none" } as const;
const PATTERN = { placeholder: "PATTERN", complete: "none" } as const;
const FILE = { placeholder: "FILE", complete: "file" } as const;

const OPTIONS = [
  {
    name: "checksum",
    short: "c",
    group: "What counts as changed",
    verbs: TRANSFER,
    help: "compare content, not size and time",
  },
  {
    name: "size-only",
    group: "What counts as changed",
    verbs: TRANSFER,
    help: "files of the same size are the same",
  },
  {
    name: "ignore-times",
    short: "I",
    group: "What counts as changed",
    verbs: TRANSFER,
    help: "copy every file, even where size and time agree",
  },
  {
    name: "ignore-existing",
    group: "What counts as changed",
    verbs: TRANSFER,
    help: "never touch what DST already has",
  },
  {
    name: "update",
    short: "u",
    group: "What counts as changed",
    verbs: TRANSFER,
    help: "never overwrite a file that is newer in DST",
  },
  {
    name: "quick",
    group: "What counts as changed",
    verbs: ["verify"],
    help: "compare metadata only, do not read the files",
  },
  {
    name: "no-owner",
    group: "What is preserved",
    verbs: TREES,
    help: "leave owner and group alone",
  },
  {
    name: "no-xattrs",
    group: "What is preserved",
    verbs: TREES,
    help: "leave extended attributes and ACLs alone",
  },
  {
    name: "durable",
    group: "Safety",
    verbs: TRANSFER,
    help: "everything is on stable storage before the summary says done",
  },
  {
    name: "dry-run",
    short: "n",
    group: "Safety",
    verbs: TRANSFER,
    help: "print what would be done, change nothing",
  },
  {
    name: "yes",
    short: "y",
    group: "Safety",
    verbs: TRANSFER,
    help: "do not ask; accept a destination that looks unrelated",
  },
  {
    name: "max-delete",
    value: NUMBER,
    group: "Safety",
    verbs: ["mirror"],
    help: "delete nothing if more than N entries would go",
  },
  {
    name: "allow-empty-source",
    group: "Safety",
    verbs: ["mirror"],
    help: "an empty SRC is meant: delete everything in DST",
  },
  {
    name: "exclude",
    value: PATTERN,
    group: "Filters",
    verbs: TREES,
    help: "leave out what matches, in gitignore's pattern language",
  },
  {
    name: "include",
    value: PATTERN,
    group: "Filters",
    verbs: TREES,
    help: "take it in again; of all patterns the last that matches decides",
  },
  {
    name: "exclude-from",
    value: FILE,
    group: "Filters",
    verbs: TREES,
    help: "read patterns from FILE, in .gitignore's format",
  },
  {
    name: "min-size",
    value: SIZE,
    group: "Filters",
    verbs: TREES,
    help: "leave out smaller files (10K, 1.5G, 2MB)",
  },
  {
    name: "max-size",
    value: SIZE,
    group: "Filters",
    verbs: TREES,
    help: "leave out larger files",
  },
  {
    name: "newer-than",
    value: TIME,
    group: "Filters",
    verbs: TREES,
    help: "only files modified since (7d, 12h, 2026-01-31)",
  },
  {
    name: "older-than",
    value: TIME,
    group: "Filters",
    verbs: TREES,
    help: "only files modified before",
  },
  {
    name: "files-from",
    value: FILE,
    group: "Filters",
    verbs: TREES,
    help: "only the paths listed in FILE, relative to SRC; - reads standard input",
  },
  {
    name: "from0",
    short: "0",
    group: "Filters",
    verbs: TREES,
    help: "the list of --files-from is separated by NUL",
  },
  {
    name: "delete-excluded",
    group: "Filters",
    verbs: ["mirror"],
    help: "delete from DST what is left out, instead of protecting it",
  },
  {
    name: "one-file-system",
    short: "x",
    group: "Filters",
    verbs: TREES,
    help: "do not enter other file systems mounted inside SRC",
  },
  {
    name: "quiet",
    short: "q",
    group: "Output",
    verbs: TREES,
    help: "errors only",
  },
  {
    name: "verbose",
    short: "v",
    group: "Output",
    verbs: TREES,
    help: "name each entry, and say what blit chose and why",
  },
  {
    name: "json",
    group: "Output",
    verbs: [...TREES, "bench", "diagnostics perf", "diagnostics dump", "profile"],
    help: "print JSON, one event a line, and nothing else (blit help json)",
  },
  {
    name: "log",
    value: FILE,
    group: "Output",
    verbs: TREES,
    help: "append every entry and error to FILE, as JSON lines",
  },
  ...BENCH_OPTIONS,
  {
    name: "workers",
    value: NUMBER,
    group: "Debugging",
    verbs: TREES,
    help: "use at most N threads; the run is then no measure of blit",
  },
  {
    name: "limit",
    value: NUMBER,
    group: "History",
    verbs: ["diagnostics perf"],
    help: "show the last N runs",
  },
  {
    name: "enable",
    group: "History",
    verbs: ["diagnostics perf"],
    help: "record runs again",
  },
  {
    name: "disable",
    group: "History",
    verbs: ["diagnostics perf"],
    help: "record no more runs",
  },
  {
    name: "clear",
    group: "History",
    verbs: ["diagnostics perf"],
    help: "forget all recorded runs",
  },
] as const satisfies readonly OptionSpec[];

export type OptionName = (typeof OPTIONS)[number]["name"];

/** The same table with the fields that only some rows have. */
export const OPTION_TABLE: readonly (OptionSpec & { readonly name: OptionName })[] = OPTIONS;

/** What every verb answers to; the parser knows these by heart, the table is for help and completions. */
export const COMMON_OPTIONS = [
  { name: "help", short: "h", help: "show this help" },
  { name: "version", short: "V", help: "show the version" },
] as const;

export function optionsOf(verb: VerbName): typeof OPTION_TABLE {
  return OPTION_TABLE.filter((option) => option.verbs.includes(verb));
}
