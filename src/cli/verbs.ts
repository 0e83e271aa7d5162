// The verbs as data: the parser, --help, the manual and the completions all read this table.

export interface Example {
  readonly command: string;
  readonly says: string;
}

/** What an operand is, for the shells' completions. */
export type OperandKind = "path" | "shell" | "topic" | "none";

export interface VerbSpec {
  /** One word or two: "diagnostics perf". */
  readonly name: string;
  readonly operands: string;
  readonly summary: string;
  /** What --help says below the examples; empty where the summary says it all. */
  readonly description: string;
  readonly examples: readonly Example[];
  readonly operandKind: OperandKind;
  readonly minOperands: number;
  readonly maxOperands: number;
}

export const VERBS = [
  {
    name: "copy",
    operands: "SRC... DST",
    summary: "make DST hold what SRC holds; delete nothing",
    description:
      "A directory means its contents: afterwards DST itself holds what SRC holds, with or without " +
      "trailing slashes. A file goes to DST, or into it where DST is a directory or ends in a slash. " +
      "Several sources go into DST by their names.",
    examples: [
      { command: "blit copy photos /backup/photos", says: "the contents of photos" },
      { command: "blit copy report.pdf notes.txt /backup/", says: "two files into a folder" },
      { command: "blit copy -n --exclude '*.o' src /tmp/src", says: "show what would be copied" },
    ],
    operandKind: "path",
    minOperands: 2,
    maxOperands: Infinity,
  },
  {
    name: "mirror",
    operands: "SRC DST",
    summary: "make DST equal to SRC, and delete what only DST has",
    description:
      "A directory means its contents, with or without trailing slashes. Deletions come last, and only if every directory of SRC was read without error. On a " +
      "terminal blit asks before it deletes, unless --yes. See `blit help safety`.",
    examples: [
      { command: "blit mirror photos /backup/photos", says: "make the backup equal" },
      { command: "blit mirror -n photos /backup/photos", says: "show what would change" },
      { command: "blit mirror --yes --max-delete 100 a b", says: "unattended, with a limit" },
    ],
    operandKind: "path",
    minOperands: 2,
    maxOperands: 2,
  },
  {
    name: "move",
    operands: "SRC... DST",
    summary: "copy, then remove each source entry that arrived whole",
    description:
      "Where one file system allows, entries are renamed and nothing is copied. Whatever did not " +
      "arrive stays in SRC.",
    examples: [
      { command: "blit move inbox /archive/inbox", says: "the contents of inbox" },
      { command: "blit move a.iso b.iso /mnt/disk/", says: "two files into a folder" },
    ],
    operandKind: "path",
    minOperands: 2,
    maxOperands: Infinity,
  },
  {
    name: "verify",
    operands: "SRC DST",
    summary: "compare content and metadata, change nothing",
    description: "Exits with 0 where both are the same and with 1 where they differ.",
    examples: [
      { command: "blit verify photos /backup/photos", says: "list every difference" },
      { command: "blit verify --quick photos /backup/photos", says: "metadata only" },
    ],
    operandKind: "path",
    minOperands: 2,
    maxOperands: 2,
  },
  {
    name: "bench",
    operands: "",
    summary: "measure blit against other tools on this machine",
    description:
      "Makes trees from a seed, lets blit and the others copy, update and empty them in turn, and " +
      "compares every result with its source before its time counts. A first copy goes into a fresh " +
      "folder; what is left of each phase is removed at the end. The report says who was faster, by " +
      "how much, how sure that is, and how to repeat it. Unasked, the workloads are small and large at " +
      "a quarter of their full size, which leaves time for enough rounds; those named with --workload " +
      "are made in full.",
    examples: [
      { command: "blit bench --vs rsync,cp --size small", says: "in 3 minutes" },
      { command: "blit bench --vs robocopy --workload large --size 2G", says: "a 2 GiB file" },
      { command: "blit bench --tree ~/photos --html report.html", says: "on your own data" },
    ],
    operandKind: "none",
    minOperands: 0,
    maxOperands: 0,
  },
  {
    name: "diagnostics perf",
    operands: "",
    summary: "show the recorded runs, or switch the recording off and on",
    description: "The history stays on this machine.",
    examples: [{ command: "blit diagnostics perf --limit 20", says: "the last twenty runs" }],
    operandKind: "none",
    minOperands: 0,
    maxOperands: 0,
  },
  {
    name: "diagnostics dump",
    operands: "SRC DST",
    summary: "show what blit sees: file systems, capabilities, limits",
    description:
      "What DST can do is tried in a temporary folder inside it, which is removed again. Nothing " +
      "else is changed.",
    examples: [
      { command: "blit diagnostics dump photos /backup/photos", says: "for a bug report" },
    ],
    operandKind: "path",
    minOperands: 2,
    maxOperands: 2,
  },
  {
    name: "profile",
    operands: "",
    summary: "show what the predictor has learned, and what it decides",
    description: "",
    examples: [{ command: "blit profile", says: "every pair of file systems seen so far" }],
    operandKind: "none",
    minOperands: 0,
    maxOperands: 0,
  },
  {
    name: "completions",
    operands: "SHELL",
    summary: "print the completions for bash, zsh, fish or powershell",
    description: "",
    examples: [
      { command: "blit completions fish | source", says: "in config.fish" },
      { command: "source <(blit completions bash)", says: "in ~/.bashrc" },
      { command: "source <(blit completions zsh)", says: "in ~/.zshrc, after compinit" },
      { command: "blit completions powershell | Out-String | Invoke-Expression", says: "" },
    ],
    operandKind: "shell",
    minOperands: 1,
    maxOperands: 1,
  },
  {
    name: "man",
    operands: "",
    summary: "print the manual page; on a terminal, show it",
    description: "",
    examples: [{ command: "blit man > blit.1", says: "keep it as a file" }],
    operandKind: "none",
    minOperands: 0,
    maxOperands: 0,
  },
  {
    name: "help",
    operands: "[VERB | TOPIC]",
    summary: "explain a verb or a topic",
    description: "",
    examples: [{ command: "blit help safety", says: "when blit refuses, and why" }],
    operandKind: "topic",
    minOperands: 0,
    maxOperands: 2,
  },
] as const satisfies readonly VerbSpec[];

export type VerbName = (typeof VERBS)[number]["name"];

export function verbSpec(name: VerbName): VerbSpec {
  const spec: VerbSpec | undefined = VERBS.find((verb) => verb.name === name);
  if (spec === undefined) throw new Error(`no verb ${name}`);
  return spec;
}

/** The words a command line may begin with, each once: "diagnostics" stands for its family. */
export const FIRST_WORDS: readonly string[] = [
  ...new Set(VERBS.map(({ name }) => name.split(" ")[0] ?? name)),
];

export const SHELLS = ["bash", "zsh", "fish", "powershell"] as const;
export type Shell = (typeof SHELLS)[number];

export const TOPICS = ["exit-codes", "filters", "safety", "json", "environment"] as const;
export type Topic = (typeof TOPICS)[number];
