// The tables that the parser, the help, the manual and the completions are made from.

import { describe, expect, test } from "bun:test";
import { bashCompletions } from "#cli/completions/bash.ts";
import { fishCompletions } from "#cli/completions/fish.ts";
import { powershellCompletions } from "#cli/completions/powershell.ts";
import { zshCompletions } from "#cli/completions/zsh.ts";
import { manualPage } from "#cli/help/manual.ts";
import { plainText } from "#cli/help/plain_text.ts";
import { verbHelp } from "#cli/help/verb_help.ts";
import { COMMON_OPTIONS, OPTION_GROUPS, OPTION_TABLE, optionsOf } from "#cli/options/table.ts";
import { parseArguments } from "#cli/options/parse.ts";
import { VERBS } from "#cli/verbs.ts";
import { args } from "./raw.ts";

const ASCII = /^[\x20-\x7e]*$/;

describe("the option table", () => {
  test("names an option once, and a letter once a verb", () => {
    const names = OPTION_TABLE.map(({ name }) => name);
    expect(new Set<string>(names).size).toBe(names.length);
    for (const { name } of VERBS) {
      const letters = optionsOf(name).flatMap(({ short }) => short ?? []);
      expect(new Set(letters).size).toBe(letters.length);
      expect(letters).not.toContain("h");
    }
  });

  test("is plain ASCII, without a full stop, and short enough for one line of a manual", () => {
    for (const { name, help, value } of OPTION_TABLE) {
      expect(name).toMatch(/^[a-z][a-z0-9-]+$/);
      expect(help).toMatch(ASCII);
      expect(help).not.toMatch(/\.$/);
      expect(help.length).toBeLessThan(90);
      expect(value?.placeholder ?? "X").toMatch(/^[A-Z]+$/);
    }
  });

  test("has every option in a group and with a verb", () => {
    for (const { group, verbs } of OPTION_TABLE) {
      expect(OPTION_GROUPS).toContain(group);
      expect(verbs.length).toBeGreaterThan(0);
    }
  });
});

describe("what is made of the tables", () => {
  const writers = {
    bashCompletions,
    zshCompletions,
    fishCompletions,
    manualPage,
    powershellCompletions,
  };
  test.each(Object.entries(writers))("%s() has every option and verb", (_name, writer) => {
    const text = writer().replaceAll("\\-", "-");
    for (const { name } of OPTION_TABLE) expect(text).toContain(name);
    for (const { name } of VERBS) for (const word of name.split(" ")) expect(text).toContain(word);
  });

  test("the manual and --help have what every verb answers to", () => {
    const manual = manualPage().replaceAll(/\\(?:f[BR]|(?=-))/g, "");
    for (const { name, short } of COMMON_OPTIONS) {
      expect(manual).toContain(`-${short}, --${name}\n`);
      expect(plainText(verbHelp("copy"), 80)).toContain(`-${short}, --${name} `);
    }
  });

  test.each(VERBS.map(({ name }) => name))("%s --help starts with its examples", (name) => {
    const help = plainText(verbHelp(name), 80);
    expect(help).toMatch(/^ {2}blit /);
    for (const option of optionsOf(name)) expect(help).toContain(`--${option.name}`);
    for (const line of help.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
  });

  test("the examples are command lines that the parser takes", () => {
    const own = VERBS.flatMap(({ examples }) => examples.map(({ command }) => command));
    for (const command of own.filter((line) => !line.startsWith("source "))) {
      const words = command
        .replaceAll("'", "")
        .replace(/^blit /, "")
        .replace(/ [>|] .*/, "");
      expect(() => parseArguments(args(words))).not.toThrow();
    }
  });
});
