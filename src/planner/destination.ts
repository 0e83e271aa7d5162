// Where things go: the one rule, with no slash subtlety, that turns what was typed into pairs of a source and
// its place at the destination. Pure: whoever calls it has looked at the paths and passes on what is there.
//
// Missing directories on the way to a destination are made, all of them, as robocopy and rclone do (rsync makes
// one, cp none): the first line of output says what was resolved, and a second run resolves the same.

import { Kind } from "#model/entry.ts";
import { joinRaw, textFromRaw, type RawName, type RawPath } from "#model/name.ts";
import type { Mapping, RunVerb } from "#model/options.ts";

/** What is known of a path that was typed. */
export interface PathFact {
  /** As typed: a trailing slash says that a directory is meant. */
  readonly typed: RawPath;
  /** Of the same entry, from "/", without ".", ".." and doubled or trailing slashes. */
  readonly absolute: RawPath;
  /** Of the entry itself, no symlink followed. */
  readonly kind: Kind | "missing";
  /** The path, its symlinks followed, leads to a directory. */
  readonly isDirectory: boolean;
}

/** Why a run does not start. Names in it are text as they are: escape control characters when showing it. */
export interface Refusal {
  readonly outcome: "usage" | "could-not-run" | "refused";
  readonly message: string;
  readonly hint: string | undefined;
}

export type Resolution = { readonly mappings: readonly Mapping[] } | { readonly refusal: Refusal };

/** Pairs every source with its place, or says why that cannot be. Looks at nothing below the paths given. */
export function resolveMappings(
  verb: RunVerb,
  sources: readonly PathFact[],
  destination: PathFact,
): Resolution {
  const refusal =
    refuseArguments(verb, sources, destination) ??
    sources.map((source) => refuseSource(verb, source)).find((found) => found !== undefined);
  if (refusal !== undefined) return { refusal };
  const named = sources.map((fact): Source => {
    return { fact, asDirectory: meansDirectory(verb, fact, sources.length === 1) };
  });
  const [only, ...others] = named;
  if (only === undefined || others.length > 0) return resolveByName(named, destination);
  return only.asDirectory
    ? resolveContents(verb, only, destination)
    : resolveEntry(verb, only, destination);
}

/** A source and whether it stands for what is in it (Mapping.asDirectory). */
interface Source {
  readonly fact: PathFact;
  readonly asDirectory: boolean;
}

/**
 * A symlink as the one source is the directory it leads to. Among several it is an entry as any other, because
 * there it mostly comes from a pattern of the shell; "link/" says that the directory is meant. Move takes the link
 * itself, as mv does: else it would empty a place that was not named and leave a link to nowhere.
 */
function meansDirectory(verb: RunVerb, source: PathFact, isOnly: boolean): boolean {
  if (source.kind !== Kind.symlink) return source.kind === Kind.directory;
  return source.isDirectory && verb !== "move" && (isOnly || namesDirectory(source.typed));
}

function refuseArguments(
  verb: RunVerb,
  sources: readonly PathFact[],
  destination: PathFact,
): Refusal | undefined {
  if ([...sources, destination].some((fact) => fact.typed === "")) {
    return usage("a path is empty", "is a variable of the shell not set?");
  }
  if (sources.length === 0) return usage("no source is given", `blit ${verb} SRC DST`);
  if (sources.length > 1 && (verb === "mirror" || verb === "verify")) {
    return usage(`${verb} takes one source, ${sources.length} are given`, `blit ${verb} SRC DST`);
  }
  if (verb === "verify" && destination.kind === "missing") return missing(destination);
  return undefined;
}

function refuseSource(verb: RunVerb, source: PathFact): Refusal | undefined {
  if (source.kind === "missing") return missing(source);
  if (!namesDirectory(source.typed)) return undefined;
  if (!source.isDirectory) {
    return couldNotRun(`${shown(source)} is not a directory`, "name it without the slash");
  }
  if (verb === "move" && source.kind === Kind.symlink) {
    return couldNotRun(
      `${shown(source)} is a symlink, and move takes the link itself`,
      "name it without the slash, or name the directory it leads to",
    );
  }
  return undefined;
}

/** A directory: afterwards the destination itself holds what the source holds. */
function resolveContents(verb: RunVerb, source: Source, destination: PathFact): Resolution {
  if (!canBeDirectory(destination)) {
    const orMissing = verb === "verify" ? "" : ", or not exist";
    const hint = `${shown(source.fact)} is a directory, so the destination must be one too${orMissing}`;
    return { refusal: notDirectory(destination, hint) };
  }
  return { mappings: [mapping(source, destination.absolute)] };
}

/** A file, or anything else that is not a directory: to the destination, or into it where that is a directory. */
function resolveEntry(verb: RunVerb, source: Source, destination: PathFact): Resolution {
  const goesInside = destination.isDirectory || namesDirectory(destination.typed);
  if (goesInside) return resolveByName([source], destination);
  const isReplaced = verb !== "verify" && destination.kind !== source.fact.kind;
  if (isReplaced && isSpecial(destination)) {
    const message = `${shown(destination)} is a device, a FIFO or a socket`;
    return {
      refusal: couldNotRun(message, "blit writes into no such thing: name a file or a directory"),
    };
  }
  return { mappings: [mapping(source, destination.absolute)] };
}

/** Into the destination, each under its own name. */
function resolveByName(sources: readonly Source[], destination: PathFact): Resolution {
  if (!canBeDirectory(destination)) {
    const hint =
      sources.length > 1
        ? `${sources.length} sources go into the destination, so it must be a directory, or not exist`
        : "name it without the slash to replace it";
    return { refusal: notDirectory(destination, hint) };
  }
  const taken = new Map<RawName, Source>();
  const mappings: Mapping[] = [];
  for (const source of sources) {
    const name = nameOf(source.fact.absolute);
    if (name === undefined) {
      return { refusal: usage(`${shown(source.fact)} has no name to go by`, "name it alone") };
    }
    const place = joinRaw(destination.absolute, name);
    const earlier = taken.get(name);
    if (earlier !== undefined) return { refusal: sameName(earlier.fact, source.fact, place) };
    taken.set(name, source);
    mappings.push(mapping(source, place));
  }
  return { mappings };
}

function mapping(source: Source, destination: RawPath): Mapping {
  return { source: source.fact.absolute, destination, asDirectory: source.asDirectory };
}

/** What is written to it goes elsewhere: nobody expects that it is replaced. */
function isSpecial({ kind }: PathFact): boolean {
  return kind !== "missing" && kind !== Kind.file && kind !== Kind.symlink;
}

function canBeDirectory(destination: PathFact): boolean {
  return destination.isDirectory || destination.kind === "missing";
}

/** The spelling says directory: it ends in "/", "." or "..". */
function namesDirectory(typed: RawPath): boolean {
  return /(^|\/)\.{0,2}$/.test(typed);
}

/** The last component of an absolute path; the root has none. */
export function nameOf(absolute: RawPath): RawName | undefined {
  const name = absolute.slice(absolute.lastIndexOf("/") + 1);
  return name === "" ? undefined : (name as RawName);
}

function sameName(earlier: PathFact, source: PathFact, place: RawPath): Refusal {
  return usage(
    `${textFromRaw(earlier.absolute)} and ${textFromRaw(source.absolute)} would both become ${textFromRaw(place)}`,
    "give each a place of its own, in runs of their own",
  );
}

function missing(fact: PathFact): Refusal {
  return couldNotRun(`${shown(fact)} does not exist`, missingHint(fact.typed));
}

/** What the shell would have changed has been kept from it. */
function missingHint(typed: RawPath): string {
  if (/[*?[]/.test(typed)) return "nothing matched the pattern, so the shell passed it on as it is";
  if (/^(["']).*\1$/s.test(typed)) return "the quotes came with the name: quote it once";
  if (/^~(\/|$)/.test(typed)) return "the shell passed ~ on as it is: leave it out of the quotes";
  return "is it spelt right, and is its disk mounted?";
}

function notDirectory(destination: PathFact, hint: string): Refusal {
  const isLink = destination.kind === Kind.symlink;
  const what = isLink ? "is a symlink that leads to no directory" : "is not a directory";
  return couldNotRun(`${shown(destination)} ${what}`, hint);
}

function usage(message: string, hint: string): Refusal {
  return { outcome: "usage", message, hint };
}

function couldNotRun(message: string, hint: string | undefined): Refusal {
  return { outcome: "could-not-run", message, hint };
}

function shown(fact: PathFact): string {
  return textFromRaw(fact.typed);
}
