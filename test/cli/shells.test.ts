// Completions in the real shells, and the manual page in the real man.

import { describe, expect, test } from "bun:test";
import { $ } from "bun";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { blit, blitPath } from "#test/helpers/binary.ts";
import { inScratch } from "#test/helpers/scratch.ts";
import { TmuxScreen } from "./tmux_screen.ts";

/** What is typed, and what the shell must offer; a leading "!" is what it must not. */
const CASES: readonly (readonly [typed: string, ...offered: string[]])[] = [
  ["blit mi", "mirror", "!copy"],
  ["blit diagnostics ", "perf", "dump"],
  ["blit mirror --de", "--delete-excluded", "!--dry-run"],
  ["blit copy --max", "--max-size", "!--max-delete"],
  ["blit diagnostics perf --", "--limit", "!--exclude"],
  ["blit copy fi", "file one.txt"],
  ["blit mirror --log fi", "file one.txt"],
  ["blit bench --tree fo", "folder", "!file one.txt"],
  ["blit bench --dir ", "folder", "!file one.txt"],
  ["blit copy -- fi", "file one.txt"],
  ["blit copy -- --", "!--dry-run"],
  ["blit help bench ", "!mirror", "!exit-codes"],
  ["blit completions ", "bash", "zsh", "fish", "powershell", "!file one.txt"],
  ["blit help ex", "exit-codes"],
];

function expectOffers(offers: string, expected: readonly string[]): void {
  const plain = offers.replaceAll("\\ ", " ");
  for (const word of expected) {
    if (word.startsWith("!")) expect(plain).not.toContain(word.slice(1));
    else expect(plain).toContain(word);
  }
}

async function inShellFolder(
  shell: string,
  play: (folder: string, script: string) => Promise<void>,
) {
  await inScratch(async (folder) => {
    const { stdout } = await blit(["completions", shell]);
    writeFileSync(join(folder, "file one.txt"), "");
    mkdirSync(join(folder, "folder"));
    await inScratch(async (scripts) => {
      const script = join(scripts, `_blit.${shell}`);
      writeFileSync(script, stdout);
      await play(folder, script);
    });
  });
}

const BASH_DRIVER = `
source "$1"
read -ra COMP_WORDS <<<"$2"
[[ $2 == *' ' ]] && COMP_WORDS+=("")
COMP_CWORD=$((\${#COMP_WORDS[@]} - 1))
compopt() { :; }
_blit
printf '%s\\n' "\${COMPREPLY[@]}"
`;

/** What an interactive zsh needs: the completion system, and a key that lists what fits and inserts nothing. */
const ZSH_START =
  "autoload -Uz compinit && compinit -u -D; bindkey '^T' list-choices; PS1='ready> '; clear";

/** What is listed below the prompt, once all that is wanted is there. */
async function zshOffers(screen: TmuxScreen, expected: readonly string[]): Promise<string> {
  const wanted = expected.filter((word) => !word.startsWith("!"));
  const lines = await screen.until((shown) => wanted.every((word) => offers(shown).includes(word)));
  return offers(lines);
}

function offers(lines: readonly string[]): string {
  return lines.slice(1).join("\n").replaceAll("\\ ", " ");
}

describe("completions", () => {
  test.each(CASES)("bash: %s", async (typed, ...expected) => {
    await inShellFolder("bash", async (folder, script) => {
      const offers = await $`bash -c ${BASH_DRIVER} driver ${script} ${typed}`.cwd(folder).text();
      expectOffers(offers, expected);
    });
  });

  test.each(CASES)("fish: %s", async (typed, ...expected) => {
    await inShellFolder("fish", async (folder, script) => {
      const line = `source ${script}; complete -C ${$.escape(typed)}`;
      const offers = await $`fish --no-config -c ${line}`
        .cwd(folder)
        .env({ ...process.env, HOME: folder })
        .text();
      const words = offers.split("\n").map((offer) => offer.split("\t")[0]);
      expectOffers(words.join("\n"), expected);
    });
  });

  test("zsh, typed into one of its sessions", async () => {
    await inShellFolder("zsh", async (folder, script) => {
      await inScratch(async (sockets) => {
        const size = { columns: 200, rows: 50 };
        const shell = ["env", "-C", folder, "PS1=starting", "zsh", "-f"];
        const screen = await TmuxScreen.open(sockets, size, shell);
        try {
          await screen.until(([line]) => line?.startsWith("starting") ?? false);
          await screen.type(`${ZSH_START}; source ${script}`, "Enter");
          for (const [typed, ...expected] of CASES) {
            await screen.until((lines) => lines.length === 1 && lines[0] === "ready>");
            await screen.type(typed, "C-t");
            expectOffers(await zshOffers(screen, expected), expected);
            await screen.type("C-u", "C-l");
          }
        } finally {
          await screen.close();
        }
      });
    });
  });

  test("the scripts are without mistakes in bash, zsh and fish", async () => {
    for (const shell of ["bash", "zsh", "fish"]) {
      await inShellFolder(shell, async (_folder, script) => {
        const { stderr } = await $`${shell} -n ${script}`.quiet();
        expect(stderr.toString()).toBe("");
      });
    }
  });

  test.skipIf(Bun.which("pwsh") === null)("powershell (optional): blit mi", async () => {
    await inShellFolder("powershell", async (folder, script) => {
      const line = `. ${script}.ps1; (TabExpansion2 'blit mi' 7).CompletionMatches.CompletionText`;
      await $`cp ${script} ${script}.ps1`;
      expectOffers(await $`pwsh -NoProfile -Command ${line}`.cwd(folder).text(), ["mirror"]);
    });
  });
});

describe("the manual", () => {
  test.each(["80", "40"])("man has nothing to warn about in %s columns", async (MANWIDTH) => {
    await inScratch(async (folder) => {
      const page = join(folder, "blit.1");
      await $`${blitPath()} man > ${page}`;
      const { stdout, stderr } = await $`man --warnings -l ${page}`
        .env({ ...process.env, MANWIDTH, LC_ALL: "C.UTF-8" })
        .quiet();
      expect(stderr.toString()).toBe("");
      expect(stdout.toString()).toContain("blit mirror [OPTION...] SRC DST");
      expect(stdout.toString()).toContain("--max-delete");
    });
  });
});
