// The planner's destination rule: every row of the table, and how it speaks.

import { expect, test } from "bun:test";
import { posix } from "node:path";
import { Kind } from "#model/entry.ts";
import { rawFromText, textFromRaw } from "#model/name.ts";
import type { Mapping } from "#model/options.ts";
import { resolveMappings, type PathFact } from "#planner/destination.ts";
import { ROWS, titleOf, WORKING_DIRECTORY, WORLD } from "#test/helpers/destination_rows.ts";

function look(typed: string): PathFact {
  const absolute = posix.resolve(WORKING_DIRECTORY, typed);
  const found = WORLD.get(absolute);
  return {
    typed: rawFromText(typed),
    absolute: rawFromText(absolute),
    kind: found?.kind ?? "missing",
    isDirectory: (found?.leadsTo ?? found?.kind) === Kind.directory,
  };
}

function describe({ source, destination, asDirectory }: Mapping): string {
  const from = textFromRaw(source);
  const contents = from.endsWith("/") ? `${from}*` : `${from}/*`;
  return `${asDirectory ? contents : from} → ${textFromRaw(destination)}`;
}

test.each(ROWS.map((each) => [titleOf(each), each] as const))(
  "resolveMappings() of %s",
  (_, { verb, sources, destination, result }) => {
    const resolution = resolveMappings(verb, sources.map(look), look(destination));
    const actual =
      "mappings" in resolution
        ? resolution.mappings.map(describe)
        : [`${resolution.refusal.outcome}: ${resolution.refusal.message}`];
    expect(actual).toEqual([...result]);
  },
);

test("resolveMappings() keeps names that are not UTF-8 byte for byte", () => {
  const source: PathFact = { ...look("notes"), absolute: "/a/\xff\xfe" as PathFact["absolute"] };
  expect(resolveMappings("copy", [source], look("/b/old"))).toEqual({
    mappings: [
      {
        source: source.absolute,
        destination: "/b/old/\xff\xfe" as PathFact["absolute"],
        asDirectory: false,
      },
    ],
  });
});

test.each([
  ["*.jpg", "nothing matched the pattern, so the shell passed it on as it is"],
  ["'notes'", "the quotes came with the name: quote it once"],
  ["~/notes", "the shell passed ~ on as it is: leave it out of the quotes"],
  ["~notes", "is it spelt right, and is its disk mounted?"],
])("resolveMappings() says what to do where %s is missing", (typed, hint) => {
  const resolution = resolveMappings("copy", [look(typed)], look("/b/old"));
  expect(resolution).toMatchObject({ refusal: { hint } });
});

test.each([
  [
    "copy",
    ["photos"],
    "/b/file",
    "photos is a directory, so the destination must be one too, or not exist",
  ],
  ["verify", ["photos"], "/b/file", "photos is a directory, so the destination must be one too"],
  ["copy", ["notes"], "/b/file/", "name it without the slash to replace it"],
  ["copy", ["notes"], "pipe", "blit writes into no such thing: name a file or a directory"],
  [
    "copy",
    ["notes", "pipe"],
    "/b/file",
    "2 sources go into the destination, so it must be a directory, or not exist",
  ],
] as const)(
  "resolveMappings() says what would work instead of %s %p %s",
  (verb, sources, destination, hint) => {
    const resolution = resolveMappings(verb, sources.map(look), look(destination));
    expect(resolution).toMatchObject({ refusal: { hint } });
  },
);
