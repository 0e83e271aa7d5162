// A terminal that is closed, and a run that is meant to outlive it. The real binary, on a file system slow enough to be
// met in the middle of a file.

import { describe, expect, test } from "bun:test";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { commandLine, environment } from "#test/helpers/binary.ts";
import { FAULTY_UNAVAILABLE, mountFaulty } from "#test/helpers/fuse.ts";
import { temporaries } from "#test/helpers/names.ts";
import { inScratch } from "#test/helpers/scratch.ts";

const OLD = "old";
const NEW = Buffer.alloc(3_000_000, "n");

/** Replaces a file, and calls with the process while its successor is being written. */
async function whileReplacing(
  under: readonly string[],
  play: (child: Bun.Subprocess) => void,
): Promise<{ code: number | null; names: string[]; content: Buffer }> {
  let result = { code: null as number | null, names: [] as string[], content: Buffer.alloc(0) };
  await inScratch(async (folder) => {
    mkdirSync(`${folder}/src`);
    mkdirSync(`${folder}/dst`);
    writeFileSync(`${folder}/src/file`, NEW);
    writeFileSync(`${folder}/dst/file`, OLD);
    const mount = await mountFaulty(`${folder}/dst`, `${folder}/mnt`);
    try {
      mount.setRules(["write . OK 0 50"]);
      const child = Bun.spawn(commandLine(["copy", `${folder}/src`, mount.path], { under }), {
        env: environment(),
        stdio: ["ignore", "ignore", "ignore"],
        timeout: 60_000,
        killSignal: "SIGKILL",
      });
      while (temporaries(readdirSync(`${folder}/dst`)).length === 0) await Bun.sleep(2);
      play(child);
      await child.exited;
      const names = readdirSync(`${folder}/dst`);
      result = { code: child.exitCode, names, content: readFileSync(`${folder}/dst/file`) };
    } finally {
      await mount.unmount();
    }
  });
  return result;
}

describe.skipIf(FAULTY_UNAVAILABLE !== undefined)("SIGHUP", () => {
  test("from the shell and from the kernel leaves no temporary file", async () => {
    const { code, names, content } = await whileReplacing([], (child) => {
      const again = setInterval(() => child.kill("SIGHUP"), 5);
      void child.exited.then(() => clearInterval(again));
    });
    expect(code).toBe(129);
    expect(names).toEqual(["file"]);
    expect(content.toString()).toBe(OLD);
  });

  test.each(["HUP", "INT"])("is ignored where SIG%s was at the start", async (name) => {
    const shell = ["sh", "-c", `trap '' ${name}; exec "$@"`, "sh"];
    const { code, content } = await whileReplacing(shell, (child) =>
      child.kill(`SIG${name}` as NodeJS.Signals),
    );
    expect(code).toBe(0);
    expect(content.equals(NEW)).toBe(true);
  });
});

test.skipIf(FAULTY_UNAVAILABLE !== undefined)(
  "a move that is interrupted while it removes its sources leaves the rest of them there, and says so",
  async () => {
    await inScratch(async (folder) => {
      mkdirSync(`${folder}/src`);
      for (let index = 0; index < 60; index++) writeFileSync(`${folder}/src/f${index}`, "x");
      const mount = await mountFaulty(`${folder}/src`, `${folder}/mnt`);
      try {
        mount.setRules(["unlink . OK 0 50"]);
        const child = Bun.spawn(commandLine(["move", mount.path, `${folder}/dst`]), {
          env: environment(),
          stdio: ["ignore", "pipe", "ignore"],
          timeout: 60_000,
          killSignal: "SIGKILL",
        });
        while (readdirSync(`${folder}/src`).length === 60) await Bun.sleep(2);
        child.kill("SIGINT");
        expect(await child.exited).toBe(130);
        const left = readdirSync(`${folder}/src`).length;
        expect(left).toBeGreaterThan(0);
        expect(readdirSync(`${folder}/dst`)).toHaveLength(60);
        const said = await new Response(child.stdout).text();
        expect(said).toContain("copied 60 files, 60 B; removed ");
        expect(said).toContain("the rest is still in the source");
        expect(said).not.toContain("not copied");
      } finally {
        await mount.unmount();
      }
    });
  },
);
