// Who is measured, and with which command in which phase. Every contender is given the options that make it do
// the work blit does without asking; what it still leaves out is not claimed here, and reports count it.

import { type Attribute, ATTRIBUTES } from "#bench/judge.ts";

export const PHASES = ["cold", "unchanged", "changed", "delete"] as const;
export type Phase = (typeof PHASES)[number];

/** What the data demands of tools that need to be asked for it. */
export interface TreeTraits {
  readonly hardLinks: boolean;
  readonly holes: boolean;
  readonly symlinks: boolean;
}

export interface CommandContext {
  readonly traits: TreeTraits;
  readonly cores: number;
  /** Every contender is asked for everything it can keep, needed or not. */
  readonly strict: boolean;
  /** The first line of its --version. */
  readonly version: string;
  /** A folder of its own for a tool that needs one. */
  readonly scratch: string;
}

/**
 * One command, as exact arguments. `{src}` and `{dst}` stand for the two directories, wherever in an argument;
 * the destination exists and is empty in the cold phase. `{doomed}` alone stands for the entries that only the
 * destination has, by absolute path.
 */
export type Command = readonly string[];

export interface Contender {
  readonly name: string;
  /** The program looked for on PATH. */
  readonly program: string;
  readonly versionArguments: readonly string[];
  readonly platforms: readonly NodeJS.Platform[];
  /** What it keeps of a tree; what it then loses fails it. */
  readonly claims: (context: CommandContext, phase: Phase) => readonly Attribute[];
  /** undefined: the tool has no such mode, and is left out of that phase. */
  readonly command: (phase: Phase, context: CommandContext) => Command | undefined;
  /** Under which name it stands in a phase, where another program stands in for it. */
  readonly nameIn?: (phase: Phase) => string;
  /** The user's own command: it is started for nothing but its runs, and may do anything. */
  readonly isCustom?: true;
  /** Programs that it starts in turn. */
  readonly starts?: readonly string[];
  /** Said beside its command where a reader may wonder. */
  readonly remark?: string;
  /** Exit codes that mean success; 0 alone where not given. */
  readonly succeeded?: (exitCode: number) => boolean;
}

const POSIX: readonly NodeJS.Platform[] = ["linux", "darwin", "freebsd", "openbsd", "netbsd"];
const EVERYWHERE: readonly NodeJS.Platform[] = [...POSIX, "win32"];
const TIMES_AND_MODES: readonly Attribute[] = ["file times", "directory times", "modes", "owners"];

/** blit itself: the executable that is running. `selfCommand` is how to start it. */
export function blitContender(selfCommand: Command): Contender {
  return {
    name: "blit",
    program: selfCommand[0] ?? "",
    versionArguments: [...selfCommand.slice(1), "--version"],
    platforms: EVERYWHERE,
    claims: () => ATTRIBUTES,
    command: () => [...selfCommand, "mirror", "{src}", "{dst}"],
  };
}

const rsync: Contender = {
  name: "rsync",
  program: "rsync",
  versionArguments: ["--version"],
  platforms: EVERYWHERE,
  claims: ({ traits, strict }) => [
    ...TIMES_AND_MODES,
    "symlink times",
    ...(traits.hardLinks || strict ? (["hard links"] as const) : []),
    ...(traits.holes || strict ? (["holes"] as const) : []),
  ],
  command: (_phase, { traits, strict }) => {
    // -H and -S cost rsync time, so it is spared them where the tree has nothing they are for.
    if (strict) return ["rsync", "-aHAXS", "--delete", "{src}/", "{dst}/"];
    const extra = `${traits.hardLinks ? "H" : ""}${traits.holes ? "S" : ""}`;
    return ["rsync", `-a${extra}`, "--delete", "{src}/", "{dst}/"];
  },
};

const cp: Contender = {
  name: "cp",
  program: "cp",
  nameIn: (phase) => (phase === "delete" ? "rm" : "cp"),
  remark: "it deletes nothing, so rm does that for it, told what to delete",
  versionArguments: ["--version"],
  platforms: POSIX,
  claims: ({ version }, phase) => {
    // rm leaves the times of the directories it empties as they come.
    if (phase === "delete") return [];
    const gnu = version.includes("coreutils");
    return [
      ...TIMES_AND_MODES,
      ...(gnu ? (["symlink times", "hard links", "holes"] as const) : []),
    ];
  },
  command: (phase, { version }) => {
    if (phase === "cold") return ["cp", "-a", "{src}/.", "{dst}/"];
    // cp deletes nothing; rm with the exact list stands in for it, the least any tool could do.
    if (phase === "delete") return ["rm", "-rf", "{doomed}"];
    return version.includes("coreutils") ? ["cp", "-au", "{src}/.", "{dst}/"] : undefined;
  },
};

const rclone: Contender = {
  name: "rclone",
  program: "rclone",
  versionArguments: ["version"],
  platforms: EVERYWHERE,
  claims: () => ["file times"],
  remark:
    "--ignore-checksum, as no other hashes its copies; no --metadata before 1.68.2 where there are symlinks, " +
    "whose targets it would change (CVE-2024-52522)",
  command: (_phase, { version, traits }) => [
    "rclone",
    "sync",
    "--ignore-checksum",
    "--links",
    "--create-empty-src-dirs",
    ...(mayGiveMetadata(version, traits) ? ["--metadata"] : []),
    "{src}",
    "{dst}",
  ],
};

const tar: Contender = {
  name: "tar",
  program: "tar",
  versionArguments: ["--version"],
  platforms: POSIX,
  claims: ({ traits, strict }) => [
    ...TIMES_AND_MODES,
    "symlink times",
    "hard links",
    ...(traits.holes || strict ? (["holes"] as const) : []),
  ],
  command: (phase, { version, traits, strict }) => {
    if (phase !== "cold") return undefined;
    // The default formats of GNU tar cut times to whole seconds.
    const format = version.includes("GNU")
      ? " --format=posix"
      : version.includes("bsdtar")
        ? " --format=pax"
        : "";
    const sparse = traits.holes || strict ? " -S" : "";
    return [
      "sh",
      "-c",
      `tar -C "$1"${format}${sparse} -cf - . | tar -C "$2" -xpf -`,
      "tar-pipe",
      "{src}",
      "{dst}",
    ];
  },
};

const fpsync: Contender = {
  name: "fpsync",
  program: "fpsync",
  starts: ["fpart", "rsync"],
  versionArguments: ["-h"],
  platforms: POSIX,
  claims: () => ["file times"],
  command: (phase, { cores, scratch }) =>
    phase === "delete"
      ? undefined
      : ["fpsync", "-n", `${cores}`, "-t", scratch, "{src}/", "{dst}/"],
};

const robocopy: Contender = {
  name: "robocopy",
  program: "robocopy",
  versionArguments: ["/?"],
  platforms: ["win32"],
  claims: () => ["file times"],
  command: () =>
    // Logging each file to a console or file would cost it time.
    [
      "robocopy",
      "{src}",
      "{dst}",
      "/MIR",
      "/DCOPY:DAT",
      "/SL",
      "/MT",
      "/R:0",
      "/W:0",
      "/NP",
      "/NFL",
      "/NDL",
      "/NJH",
    ],
  // Bits say what was copied and deleted; 8 and above are failures (robocopy /?).
  succeeded: (exitCode) => exitCode < 8,
};

export const PEERS: readonly Contender[] = [rsync, cp, rclone, tar, fpsync, robocopy];
export const PEER_NAMES: readonly string[] = PEERS.map((peer) => peer.name);

/**
 * A contender from `NAME=COMMAND {src} {dst}`: the same command in every phase. Nothing beyond content is claimed
 * for it, so what it leaves out is counted and does not fail it; unless it is called blit, which claims all.
 */
export function customContender(name: string, command: Command): Contender {
  return {
    name,
    program: command[0] ?? "",
    versionArguments: [],
    platforms: EVERYWHERE,
    isCustom: true,
    claims: () => (name === "blit" ? ATTRIBUTES : []),
    command: () => command,
  };
}

/** Puts the real directories in the place of the words in braces. */
export function fillCommand(
  command: Command,
  source: string,
  destination: string,
  doomed: readonly string[],
): string[] {
  return command.flatMap((word) =>
    word === "{doomed}"
      ? doomed
      : [word.replaceAll("{src}", () => source).replaceAll("{dst}", () => destination)],
  );
}

/** Splits a command line into words as a shell would, with quotes and backslashes, and nothing else of a shell. */
export function splitCommand(line: string): string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  let quote = "";
  for (let i = 0; i < line.length; i++) {
    const character = line.charAt(i);
    if (character === quote) quote = "";
    else if (character === "\\" && quote !== "'" && i + 1 < line.length)
      word = (word ?? "") + line.charAt(++i);
    else if (quote === "" && (character === "'" || character === '"')) {
      quote = character;
      word ??= "";
    } else if (quote === "" && /\s/.test(character)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? "") + character;
  }
  if (word !== undefined) words.push(word);
  return quote === "" ? words : undefined;
}

/** A command as one line that a POSIX shell would run, for reports. */
export function shellLine(command: readonly string[]): string {
  return command
    .map((word) => (/^[\w@%+=:,./{}~-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`))
    .join(" ");
}

/** rclone has --metadata from 1.59, and from 1.68.2 it does not follow symlinks with it, out of the copy. */
function mayGiveMetadata(version: string, { symlinks }: TreeTraits): boolean {
  const told = /v(\d+\.\d+(?:\.\d+)?)/.exec(version)?.[1];
  if (told === undefined) return false;
  return isFrom(told, symlinks ? [1, 68, 2] : [1, 59, 0]);
}

function isFrom(version: string, least: readonly number[]): boolean {
  const parts = version.split(".").map(Number);
  const at = least.findIndex((part, i) => part !== (parts[i] ?? 0));
  return at < 0 || (parts[at] ?? 0) > (least[at] ?? 0);
}
