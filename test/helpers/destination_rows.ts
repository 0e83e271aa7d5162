// The cases of the destination rule, one row each: judged by the planner's test, and done by the end-to-end test. The table
// of the README says the same in words.

import { Kind } from "#model/entry.ts";
import type { RunVerb } from "#model/options.ts";

/** What the rows are about: a symlink is followed by what it leads to; anything else is missing. */
export const WORLD = new Map<string, { readonly kind: Kind; readonly leadsTo?: Kind }>([
  ["/", { kind: Kind.directory }],
  ["/a", { kind: Kind.directory }],
  ["/a/photos", { kind: Kind.directory }],
  ["/a/notes", { kind: Kind.file }],
  ["/a/pipe", { kind: Kind.fifo }],
  ["/a/current", { kind: Kind.symlink, leadsTo: Kind.directory }],
  ["/a/alias", { kind: Kind.symlink, leadsTo: Kind.file }],
  ["/a/dangling", { kind: Kind.symlink }],
  ["/b/old", { kind: Kind.directory }],
  ["/b/old/photos", { kind: Kind.directory }],
  ["/b/file", { kind: Kind.file }],
  ["/b/linked", { kind: Kind.symlink, leadsTo: Kind.directory }],
  ["/b/dangling", { kind: Kind.symlink }],
]);
export const WORKING_DIRECTORY = "/a";

export interface Row {
  readonly verb: RunVerb;
  readonly sources: readonly string[];
  readonly destination: string;
  /** Mappings, a directory's contents with a final "/*"; or the outcome of a refusal and its message. */
  readonly result: readonly string[];
}

function row(
  verb: RunVerb,
  sources: string | readonly string[],
  destination: string,
  ...result: string[]
): Row {
  return {
    verb,
    sources: typeof sources === "string" ? [sources] : sources,
    destination,
    result,
  };
}

export const ROWS: readonly Row[] = [
  // One directory: its contents, always
  row("copy", "photos", "/b/new", "/a/photos/* → /b/new"),
  row("copy", "photos/", "/b/new", "/a/photos/* → /b/new"),
  row("copy", "photos", "/b/new/", "/a/photos/* → /b/new"),
  row("copy", "photos", "/b/old", "/a/photos/* → /b/old"),
  row("copy", "photos/", "/b/old/", "/a/photos/* → /b/old"),
  row("mirror", "photos", "/b/old", "/a/photos/* → /b/old"),
  row("move", "photos", "/b/old", "/a/photos/* → /b/old"),
  row("copy", "photos", "/b/old/photos", "/a/photos/* → /b/old/photos"),
  row("copy", "photos", "/b/new/deep/photos", "/a/photos/* → /b/new/deep/photos"),
  row("copy", "photos", "/b/linked", "/a/photos/* → /b/linked"),
  row("copy", ".", "/b/new", "/a/* → /b/new"),
  row("copy", "..", "/b/new", "/* → /b/new"),
  row("mirror", "/", "/b/new", "/* → /b/new"),
  row("copy", "photos", "/b/file", "could-not-run: /b/file is not a directory"),
  row(
    "copy",
    "photos",
    "/b/dangling",
    "could-not-run: /b/dangling is a symlink that leads to no directory",
  ),
  row("verify", "photos", "/b/old", "/a/photos/* → /b/old"),
  row("verify", "photos", "/b/new", "could-not-run: /b/new does not exist"),

  // One file, or anything else that is no directory: to the destination, or into it
  row("copy", "notes", "/b/new", "/a/notes → /b/new"),
  row("copy", "notes", "/b/file", "/a/notes → /b/file"),
  row("copy", "notes", "/b/old", "/a/notes → /b/old/notes"),
  row("copy", "notes", "/b/old/", "/a/notes → /b/old/notes"),
  row("copy", "notes", "/b/new/", "/a/notes → /b/new/notes"),
  row("copy", "notes", "/b/new/.", "/a/notes → /b/new/notes"),
  row("copy", "notes", "..", "/a/notes → /notes"),
  row("copy", "notes", "/b/linked", "/a/notes → /b/linked/notes"),
  row("copy", "notes", "/b/dangling", "/a/notes → /b/dangling"),
  row("mirror", "notes", "/b/old", "/a/notes → /b/old/notes"),
  row("mirror", "notes", "/b/file", "/a/notes → /b/file"),
  row("move", "notes", "/b/new/deep/notes", "/a/notes → /b/new/deep/notes"),
  row("copy", "pipe", "/b/old", "/a/pipe → /b/old/pipe"),
  row("copy", "notes", "/b/file/", "could-not-run: /b/file/ is not a directory"),
  row("copy", "notes/", "/b/new", "could-not-run: notes/ is not a directory"),
  row("copy", "notes", "pipe", "could-not-run: pipe is a device, a FIFO or a socket"),
  row("verify", "notes", "pipe", "/a/notes → /a/pipe"),

  // A symlink
  row("copy", "current", "/b/new", "/a/current/* → /b/new"),
  row("mirror", "current/", "/b/old", "/a/current/* → /b/old"),
  row("move", "current", "/b/new", "/a/current → /b/new"),
  row("move", "current", "/b/old", "/a/current → /b/old/current"),
  row(
    "move",
    "current/",
    "/b/new",
    "could-not-run: current/ is a symlink, and move takes the link itself",
  ),
  row("copy", "alias", "/b/old", "/a/alias → /b/old/alias"),
  row("copy", "dangling", "/b/new", "/a/dangling → /b/new"),
  row(
    "copy",
    ["notes", "current"],
    "/b/new",
    "/a/notes → /b/new/notes",
    "/a/current → /b/new/current",
  ),
  row(
    "copy",
    ["notes", "current/"],
    "/b/new",
    "/a/notes → /b/new/notes",
    "/a/current/* → /b/new/current",
  ),

  // Several sources: into the destination by their names
  row(
    "copy",
    ["photos", "notes"],
    "/b/old",
    "/a/photos/* → /b/old/photos",
    "/a/notes → /b/old/notes",
  ),
  row(
    "copy",
    ["photos/", "notes"],
    "/b/new",
    "/a/photos/* → /b/new/photos",
    "/a/notes → /b/new/notes",
  ),
  row("move", ["notes", "pipe"], "/b/new/", "/a/notes → /b/new/notes", "/a/pipe → /b/new/pipe"),
  row("copy", [".", "/b/file"], "/b/new", "/a/* → /b/new/a", "/b/file → /b/new/file"),
  row(
    "copy",
    ["photos", "/b/old/photos"],
    "/b/new",
    "usage: /a/photos and /b/old/photos would both become /b/new/photos",
  ),
  row(
    "copy",
    ["notes", "./notes"],
    "/b/new",
    "usage: /a/notes and /a/notes would both become /b/new/notes",
  ),
  row("copy", ["notes", ".."], "/b/new", "usage: .. has no name to go by"),
  row("copy", ["photos", "notes"], "/b/file", "could-not-run: /b/file is not a directory"),
  row("copy", ["photos", "gone"], "/b/new", "could-not-run: gone does not exist"),
  row("mirror", ["photos", "notes"], "/b/new", "usage: mirror takes one source, 2 are given"),
  row("verify", ["photos", "notes"], "/b/old", "usage: verify takes one source, 2 are given"),

  // Nothing to work with
  row("copy", "gone", "/b/old", "could-not-run: gone does not exist"),
  row("copy", "*.jpg", "/b/old", "could-not-run: *.jpg does not exist"),
  row("mirror", "", "/b/old", "usage: a path is empty"),
  row("mirror", "photos", "", "usage: a path is empty"),
  row("copy", [], "/b/old", "usage: no source is given"),
];

export function titleOf({ verb, sources, destination }: Row): string {
  return `${verb} ${sources.join(" ")} ${destination}`;
}
