// Which entries a run leaves alone: gitignore's pattern language by the package "ignore", sizes, ages and lists
// of paths. Pure. Import it only where a filter is given, by import(): the package costs start-up time.
//
// A rule is asked about an entry only when the directories above it are not excluded, because what is excluded is
// never opened; as in git, nothing below it can be included again.

import ignore, { type Ignore } from "ignore";
import { matchTextFromRaw, textFromRaw, type RawPath } from "#model/name.ts";
import type { FilterOptions, FilterRule } from "#model/options.ts";
import type { Refusal } from "./destination.ts";

export interface Filter {
  /** For an entry whose parents are not excluded, relative to the source root; the root itself never is. */
  excludes(path: RawPath, isDirectory: boolean): boolean;
  /** For a regular file that excludes() let pass; its time in seconds since 1970, with their fraction. */
  excludesFile(sizeBytes: number, mtimeSec: number): boolean;
  /** The places in FilterOptions.rules of the excludes that have decided something so far. */
  usedRules(): ReadonlySet<number>;
}

/** Compiles the options: once a worker. */
export function compileFilter(options: FilterOptions): Filter {
  const patterns = options.rules.length > 0 ? new Patterns(options.rules) : undefined;
  const list = options.filesFrom === undefined ? undefined : new PathList(options.filesFrom);
  const minSizeBytes = options.minSizeBytes ?? 0;
  const maxSizeBytes = options.maxSizeBytes ?? Infinity;
  const newerThanSec = options.newerThanSec ?? -Infinity;
  const olderThanSec = options.olderThanSec ?? Infinity;
  return {
    excludes: (path, isDirectory) =>
      path !== "" &&
      ((list !== undefined && !list.has(path)) || (patterns?.exclude(path, isDirectory) ?? false)),
    excludesFile: (sizeBytes, mtimeSec) =>
      sizeBytes < minSizeBytes ||
      sizeBytes > maxSizeBytes ||
      mtimeSec < newerThanSec ||
      mtimeSec >= olderThanSec,
    usedRules: () => patterns?.used ?? new Set(),
  };
}

/** One line of a pattern file, or an argument of --exclude: undefined where it is blank or a comment. */
export function parseRule(line: string, origin: string): FilterRule | undefined {
  if (/^(#| *$)/.test(line)) return undefined;
  return line.startsWith("!")
    ? { kind: "include", pattern: line.slice(1), origin }
    : { kind: "exclude", pattern: line, origin };
}

/** The rules of a pattern file in gitignore's format, each with its line number. */
export function parsePatternFile(text: string, fileName: string): readonly FilterRule[] {
  return text
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/)
    .map((line, index) => parseRule(line, `${fileName}:${index + 1}`))
    .filter((rule) => rule !== undefined);
}

export type PathListResult = { readonly paths: readonly RawPath[] } | { readonly refusal: Refusal };

/**
 * The paths of a --files-from list, one a line or, with -0, each ended by a NUL. A byte order mark is none of it. A
 * leading "/" or "./" is dropped, as rsync does; a final "/" stays. Without -0 the CR of a CR LF is no part of the name.
 */
export function parsePathList(bytes: Uint8Array, isNulSeparated: boolean): PathListResult {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
  const text = all.replace(/^\xEF\xBB\xBF/, "");
  if (!isNulSeparated && text.includes("\0"))
    return refusal("the list of --files-from is separated by NUL", "add -0");
  const lines = text.split(isNulSeparated ? "\0" : /\r?\n/).filter((line) => line !== "");
  const foreign = lines.find((line) => line.split("/").includes(".."));
  if (foreign !== undefined) {
    const name = textFromRaw(foreign as RawPath);
    return refusal(
      `--files-from names ${name}, which leads out of the source`,
      "its paths are relative to the source",
    );
  }
  return { paths: lines.map(listedPath) };
}

function refusal(message: string, hint: string): { readonly refusal: Refusal } {
  return { refusal: { outcome: "usage", message, hint } };
}

function listedPath(line: string): RawPath {
  const names = line.split("/").filter((name) => name !== "" && name !== ".");
  return (names.join("/") + (line.endsWith("/") ? "/" : "")) as RawPath;
}

/** Tested paths are kept by the package to answer again; it is made to forget them after so many. */
const FORGET_AFTER = 4096;

class Patterns {
  readonly used = new Set<number>();
  readonly #compiled: Ignore;
  #matcher: Ignore;
  #tested = 0;

  constructor(rules: readonly FilterRule[]) {
    const lines = rules.map(({ kind, pattern }, index) => {
      return { pattern: kind === "include" ? `!${pattern}` : pattern, mark: String(index) };
    });
    this.#compiled = ignore({ ignoreCase: false }).add(lines);
    this.#matcher = this.#compiled;
  }

  exclude(path: RawPath, isDirectory: boolean): boolean {
    if (this.#tested++ % FORGET_AFTER === 0) {
      this.#matcher = ignore({ ignoreCase: false }).add(this.#compiled);
    }
    const text = matchTextFromRaw(path);
    const { ignored, rule } = this.#matcher.test(isDirectory ? `${text}/` : text);
    if (rule?.mark !== undefined) this.used.add(Number(rule.mark));
    return ignored;
  }
}

/** The listed paths with every directory on the way to them. */
class PathList {
  readonly #listed = new Set<string>();
  readonly #whole = new Set<string>();

  constructor(paths: readonly RawPath[]) {
    for (const path of paths) {
      const isWhole = path.endsWith("/");
      const bare = isWhole ? path.slice(0, -1) : path;
      if (isWhole) this.#whole.add(bare);
      for (let end = bare.length; end > 0; end = bare.lastIndexOf("/", end - 1)) {
        const above = bare.slice(0, end);
        if (this.#listed.has(above)) break;
        this.#listed.add(above);
      }
    }
  }

  has(path: RawPath): boolean {
    return this.#listed.has(path) || (this.#whole.size > 0 && this.#isBelowWhole(path));
  }

  #isBelowWhole(path: RawPath): boolean {
    if (this.#whole.has("")) return true;
    for (let end = path.lastIndexOf("/"); end > 0; end = path.lastIndexOf("/", end - 1)) {
      if (this.#whole.has(path.slice(0, end))) return true;
    }
    return false;
  }
}
