import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { bar, charsetOf, sparkline } from "#cli/render/plot.ts";

describe("sparkline()", () => {
  test("goes from nothing to the largest", () => {
    expect(sparkline([0, 1, 2, 3, 4, 5, 6, 7], 80, "unicode")).toBe("▁▂▃▄▅▆▇█");
    expect(sparkline([0, 1, 2, 3, 4, 5, 6, 7], 80, "ascii")).toBe("_.-=+*%#");
  });

  test("keeps the last values where the room is short", () => {
    expect(sparkline([7, 7, 7, 0, 7], 2, "unicode")).toBe("▁█");
    expect(sparkline([7, 0], 0, "unicode")).toBe("▁");
  });

  test("is one character a value, whatever the values", () => {
    fc.assert(
      fc.property(fc.array(fc.double(), { maxLength: 30 }), (values) => {
        expect(sparkline(values, 100, "ascii")).toHaveLength(values.length);
        expect(sparkline(values, 100, "unicode")).toMatch(/^[▁-█ ]*$/);
      }),
    );
  });
});

describe("bar()", () => {
  test.each([
    [0, ""],
    [1e-9, "▏"],
    [0.5, "██"],
    [0.53125, "██▏"],
    [1, "████"],
    [9, "████"],
    [-1, ""],
    [Number.NaN, ""],
  ])("of %p in four characters is %p", (share, drawn) => {
    expect(bar(share, 4, "unicode")).toBe(drawn);
  });

  test("is made of # where only ASCII can be shown", () => {
    expect(bar(0.5, 4, "ascii")).toBe("##");
    expect(bar(1e-9, 4, "ascii")).toBe("#");
  });
});

describe("charsetOf()", () => {
  test.each([
    [{ LANG: "de_DE.UTF-8" }, "unicode"],
    [{ LANG: "C.utf8" }, "unicode"],
    [{ LANG: "en_US.UTF-8", LC_ALL: "C" }, "ascii"],
    [{ LANG: "C", LC_CTYPE: "en_US.UTF-8" }, "unicode"],
    [{ LANG: "C.UTF-8", LC_ALL: "" }, "unicode"],
    [{ LANG: "C.UTF-8", TERM: "dumb" }, "ascii"],
    [{ LANG: "de_DE.ISO-8859-1" }, "ascii"],
    [{}, "ascii"],
  ] as const)("of %p is %s", (environment, charset) => {
    expect(charsetOf(environment, "linux")).toBe(charset);
  });

  test("is Unicode on Windows, which has no such variables", () => {
    expect(charsetOf({}, "win32")).toBe("unicode");
  });
});
