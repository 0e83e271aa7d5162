import { expect, test } from "bun:test";
import { newUsedRules, noteUsedRules, unusedExcludes } from "#engine/filter_for.ts";
import { rawFromText, type RawPath } from "#model/name.ts";
import { PLAIN_RUN } from "#model/options.ts";
import { compileFilter } from "#planner/filter.ts";
import { exclude, filterOptions, include } from "../planner/fixtures.ts";

test("unusedExcludes() names the excludes that decided nothing in any thread", () => {
  const filter = filterOptions({
    rules: [...exclude("*.log", "*.o", "typo"), ...include("keep.o")],
  });
  const [source, destination] = ["/a" as RawPath, "/b" as RawPath];
  const used = newUsedRules({
    ...PLAIN_RUN,
    verb: "copy",
    sources: [source],
    destination,
    filter,
  });
  const [one, other] = [compileFilter(filter), compileFilter(filter)];
  one.excludes(rawFromText("a.log"), false);
  other.excludes(rawFromText("keep.o"), false);
  other.excludes(rawFromText("b.o"), false);
  const unused = () => unusedExcludes(filter, used).map(({ pattern }) => pattern);
  noteUsedRules(one, used);
  expect(unused()).toEqual(["*.o", "typo"]);
  noteUsedRules(other, used);
  expect(unused()).toEqual(["typo"]);
});
