import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { escapeText, showPath } from "#cli/render/escape.ts";
import { rawFromText, type RawPath } from "#model/name.ts";
import { bytes } from "./raw.ts";

describe("showPath()", () => {
  test.each([
    ["plain text", "plain text"],
    ["Grüße/日本/🙂", "Grüße/日本/🙂"],
    ["a\nb\tc\rd", "a\\nb\\tc\\rd"],
    ["\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m"],
    ["\x7f\x80\x9b31m", "\\x7f\\x80\\x9b31m"],
    ["exe\u202Egpj.txt", "exe\\u202egpj.txt"],
    ["\u2066x\u2069\u200f\u061c\ufeff\u2028", "\\u2066x\\u2069\\u200f\\u061c\\ufeff\\u2028"],
    ["\ufffd stays", "\ufffd stays"],
  ])("%j", (name, shown) => expect(showPath(rawFromText(name))).toBe(shown));

  test("bytes that are no UTF-8 one by one, characters beside them as they are", () => {
    expect(showPath(bytes(0x61, 0xff, 0xc3, 0xa9, 0xc3))).toBe("a\\xffé\\xc3");
    expect(showPath(bytes(0xf0, 0x9f, 0x98))).toBe("\\xf0\\x9f\\x98");
    expect(showPath(bytes(0xed, 0xa0, 0x80))).toBe("\\xed\\xa0\\x80");
  });

  test("never holds what could move the cursor, whatever the bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (array) => {
        const shown = showPath(Buffer.from(array).toString("latin1") as RawPath);
        expect(shown).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
      }),
    );
  });
});

test("escapeText() leaves what is harmless alone", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme-ascii" }), (text) => {
      expect(escapeText(text)).toBe(text);
    }),
  );
});
