// A name is bytes: whatever the file system takes comes back unchanged, through every call that takes a name.

import { expect, test } from "bun:test";
import { expectRefused, onEveryBackend, raw, rawPath } from "./trial.ts";

const NAMES = {
  "a newline": "\n",
  "bytes that are no UTF-8": "\xff\xfe",
  "a lone continuation byte": "a\x80z",
  "composed é": "\xc3\xa9",
  "decomposed é": "e\xcc\x81",
  "an encoded surrogate": "\xed\xa0\x80",
  "control bytes": "\x01\x1b[31m\x7f\t",
  "a leading dash": "-rf",
  "a blank": " ",
  "three dots": "...",
  "a backslash": '1\\4 a:b*?"<>|',
  "255 bytes": "n".repeat(255),
  "255 bytes that are no UTF-8": "\xff".repeat(255),
} as const;
const TOO_LONG = "\xff".repeat(256);

onEveryBackend("raw names", (t) => {
  const listedByTool = () => t.shell("find . -mindepth 1 -maxdepth 1 -printf '%f\\0'").split("\0");

  for (const [title, text] of Object.entries(NAMES)) {
    const name = raw(text);

    test(`${title}: a file`, () => {
      const { platform, dir } = t;
      t.closeFile(t.create(text, "content"));
      expect(listedByTool()).toEqual([text, ""]);
      expect(t.list(dir).names).toEqual([text]);
      expect(t.stat(text).sizeBytes).toBe(7);
      expect(platform.setMode(dir, name, 0o600)).toBe(0);
      expect(platform.setTime(dir, name, 1, 0)).toBe(0);
      t.closeFile(t.openRead(text));
      expect(platform.rename(dir, name, dir, raw("plain"))).toBe(0);
      expect(platform.link(dir, raw("plain"), dir, name)).toBe(0);
      expect(platform.unlink(dir, raw("plain"))).toBe(0);
      expect(listedByTool()).toEqual([text, ""]);
      expect(platform.unlink(dir, name)).toBe(0);
      expect(listedByTool()).toEqual([""]);
    });

    test(`${title}: a directory and what is in it`, () => {
      expect(t.platform.makeDir(t.dir, name, 0o700)).toBe(0);
      const inner = t.openBeneath(text);
      expect(t.platform.makeDir(inner, name, 0o700)).toBe(0);
      t.platform.closeDir(t.openBeneath(`${text}/${text}`));
      expect(t.list(inner).names).toEqual([text]);
      expect(t.shell("find . -mindepth 2 -printf '%P\\0'")).toBe(`${text}/${text}\0`);
      expect(t.platform.removeDir(inner, name)).toBe(0);
      t.platform.closeDir(inner);
      expect(t.platform.removeDir(t.dir, name)).toBe(0);
    });

    test(`${title}: a symlink and its target`, () => {
      expect(t.platform.makeSymlink(t.dir, name, rawPath(text))).toBe(0);
      expect(t.platform.readLink(t.dir, name)).toBe(rawPath(text));
      expect(t.shell("find . -mindepth 1 -printf '%f\\0%l\\0'")).toBe(`${text}\0${text}\0`);
    });
  }

  test("twins that differ in normalisation only stay two", () => {
    for (const twin of [NAMES["composed é"], NAMES["decomposed é"]]) t.closeFile(t.create(twin));
    expect(t.list(t.dir).names.toSorted()).toEqual(
      [NAMES["composed é"], NAMES["decomposed é"]].toSorted(),
    );
  });

  test("256 bytes are refused", () => {
    const { platform, dir } = t;
    const name = raw(TOO_LONG);
    expectRefused(platform.createFile(dir, name, 0o600), "ENAMETOOLONG");
    expectRefused(platform.openRead(dir, name), "ENAMETOOLONG");
    expectRefused(platform.makeDir(dir, name, 0o700), "ENAMETOOLONG");
    expectRefused(platform.readLink(dir, name), "ENAMETOOLONG");
    expectRefused(platform.unlink(dir, name), "ENAMETOOLONG");
  });
});
