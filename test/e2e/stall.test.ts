// File systems that hang, and others that are only slow: the first end a run with code 5 and say where each worker
// stands, the second never do.

import { describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { blit, commandLine, environment } from "#test/helpers/binary.ts";
import {
  FAULTY_UNAVAILABLE,
  type FuseMount,
  HANGING_UNAVAILABLE,
  mountFaulty,
  mountHanging,
} from "#test/helpers/fuse.ts";
import { inScratch } from "#test/helpers/scratch.ts";
import { dir, fifo, file, makeTree } from "#test/helpers/tree.ts";

const TIMEOUT_MS = 120_000;
const STALLED = 5;

interface StallEvent {
  readonly type: string;
  readonly seconds: number;
  readonly workers: readonly string[];
  readonly outcome: string;
}

function eventsOf(stdout: string): StallEvent[] {
  return stdout
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as StallEvent);
}

function hasData(folder: string): boolean {
  if (!existsSync(folder)) return false;
  return readdirSync(folder).some((name) => statSync(`${folder}/${name}`).blocks > 0);
}

/** What was said until it was this. */
async function readUntil(output: ReadableStream<Uint8Array>, isEnough: RegExp): Promise<string> {
  let said = "";
  const decoder = new TextDecoder();
  for await (const bytes of output) {
    said += decoder.decode(bytes, { stream: true });
    if (isEnough.test(said)) break;
  }
  return said;
}

/** Runs with a mount of `folder` that hangs from the start. */
async function withHungMount(folder: string, use: (mount: FuseMount) => Promise<void>) {
  const mount = await mountHanging(folder, `${folder}.mnt`);
  try {
    mount.process.kill("SIGSTOP");
    await use(mount);
  } finally {
    await mount.unmount();
  }
}

describe.skipIf(HANGING_UNAVAILABLE !== undefined)("a file system that hangs", () => {
  test.each(["source", "destination"])(
    "as the %s from the start is reported",
    async (side) => {
      await inScratch(async (folder) => {
        mkdirSync(`${folder}/src/sub`, { recursive: true });
        mkdirSync(`${folder}/dst`);
        writeFileSync(`${folder}/src/sub/file`, "x");
        const hung = side === "source" ? `${folder}/src` : `${folder}/dst`;
        await withHungMount(hung, async ({ path }) => {
          const args = side === "source" ? [path, `${folder}/dst`] : [`${folder}/src`, path];
          const run = await blit(["copy", "--json", ...args], { timeoutMs: 40_000 });
          expect(run.code).toBe(STALLED);
          const events = eventsOf(run.stdout);
          const stall = events.find(({ type }) => type === "stall");
          expect(stall?.workers.join()).toContain(path);
          expect(events.at(-1)).toMatchObject({ type: "summary", outcome: "stalled" });
        });
      });
    },
    TIMEOUT_MS,
  );

  test.each(["source", "destination"])(
    "as the %s in the middle of a copy is reported with the place of each worker",
    async (side) => {
      await inScratch(async (folder) => {
        mkdirSync(`${folder}/src/sub`, { recursive: true });
        mkdirSync(`${folder}/dst`);
        for (let index = 0; index < 4; index++) {
          writeFileSync(`${folder}/src/sub/file${index}`, Buffer.alloc(20_000_000, index));
        }
        const served = side === "source" ? `${folder}/src` : `${folder}/dst`;
        // Slow enough that it is still at it when it is stopped.
        const mount = await mountHanging(served, `${served}.mnt`, [
          "--read-rate=8M",
          "--write-rate=8M",
        ]);
        try {
          const args =
            side === "source" ? [mount.path, `${folder}/dst`] : [`${folder}/src`, mount.path];
          const child = Bun.spawn(commandLine(["copy", ...args]), {
            env: environment(),
            stdio: ["ignore", "ignore", "pipe"],
            timeout: 60_000,
            killSignal: "SIGKILL",
          });
          while (!hasData(`${folder}/dst/sub`)) await Bun.sleep(5);
          mount.process.kill("SIGSTOP");
          const complaint = await readUntil(child.stderr, /worker/);
          expect(complaint).toContain("stalled: nothing has moved for");
          expect(complaint).toMatch(/worker \d+: (copying|writing out|listing).*sub/);
          expect(complaint).toContain(`, waits for ${mount.path}/sub`);
          // A request that was taken and not answered keeps its process (fuse(4)) until there is an answer.
          mount.process.kill("SIGCONT");
          await child.exited;
          expect(child.exitCode).toBe(STALLED);
        } finally {
          await mount.unmount();
        }
      });
    },
    TIMEOUT_MS,
  );

  test(
    "is no place for a log: from the start it is refused, later the run goes on without it",
    async () => {
      await inScratch(async (folder) => {
        for (const name of ["src", "logs"]) mkdirSync(`${folder}/${name}`);
        for (let index = 0; index < 40; index++) writeFileSync(`${folder}/src/f${index}`, "x");
        const logs = await mountHanging(`${folder}/logs`, `${folder}/logs.mnt`);
        const source = await mountFaulty(`${folder}/src`, `${folder}/src.mnt`);
        try {
          const args = ["copy", "--log", `${logs.path}/log`, source.path, `${folder}/dst`];
          source.setRules(["read . OK 0 100"]);
          const child = Bun.spawn(commandLine(args), {
            env: environment(),
            stdio: ["ignore", "pipe", "pipe"],
            timeout: 60_000,
            killSignal: "SIGKILL",
          });
          while (!hasData(`${folder}/logs`)) await Bun.sleep(5);
          logs.process.kill("SIGSTOP");
          expect(await readUntil(child.stdout, /copied 40 files/)).toContain("copied 40 files");
          const complaint = await readUntil(child.stderr, /log/);
          expect(complaint).toContain("the log could not be written (ETIMEDOUT)");
          // A request that was taken and not answered keeps its process.
          logs.process.kill("SIGCONT");
          expect(await child.exited).toBe(3);
          logs.process.kill("SIGSTOP");
          const refused = await blit(args);
          expect(refused.code).toBe(2);
          expect(refused.stderr).toContain("the storage did not answer in time");
        } finally {
          await source.unmount();
          await logs.unmount();
        }
      });
    },
    TIMEOUT_MS,
  );

  test(
    "does not keep an interrupted run waiting",
    async () => {
      await inScratch(async (folder) => {
        mkdirSync(`${folder}/src`);
        await withHungMount(`${folder}/src`, async ({ path }) => {
          const child = Bun.spawn(commandLine(["copy", path, `${folder}/dst`]), {
            env: environment(),
            stdio: ["ignore", "ignore", "pipe"],
            timeout: 60_000,
            killSignal: "SIGKILL",
          });
          setTimeout(() => child.kill("SIGTERM"), 1500);
          await child.exited;
          expect(child.exitCode).toBe(143);
        });
      });
    },
    TIMEOUT_MS,
  );
});

test(
  "a list that does not come is said to be waited for",
  async () => {
    await inScratch(async (folder) => {
      const then = { mtimeNs: 5n };
      const tree = dir({ f: file("x", then) }, then);
      await makeTree(folder, dir({ src: tree, dst: tree, one: fifo(), two: fifo() }));
      const waitsFor = async (list: string, verb: string, option: string) => {
        const child = Bun.spawn(commandLine([verb, option, list, "src", "dst"]), {
          cwd: folder,
          env: environment(),
          stdio: ["ignore", "ignore", "pipe"],
          timeout: 30_000,
          killSignal: "SIGKILL",
        });
        const isSaid = new RegExp(`still waiting for ${list}`);
        expect(await readUntil(child.stderr, isSaid)).toMatch(isSaid);
        writeFileSync(`${folder}/${list}`, "f\n");
        return child.exited;
      };
      const runs = [
        waitsFor("one", "copy", "--exclude-from"),
        waitsFor("two", "verify", "--files-from"),
      ];
      expect(await Promise.all(runs)).toEqual([0, 0]);
    });
  },
  TIMEOUT_MS,
);

describe.skipIf(FAULTY_UNAVAILABLE !== undefined)("a file system that is only slow", () => {
  test(
    "to remove a file is waited for",
    async () => {
      await inScratch(async (folder) => {
        mkdirSync(`${folder}/src`);
        mkdirSync(`${folder}/dst`);
        writeFileSync(`${folder}/src/kept`, "x");
        writeFileSync(`${folder}/dst/kept`, "x");
        writeFileSync(`${folder}/dst/gone`, "x");
        const mount = await mountFaulty(`${folder}/dst`, `${folder}/mnt`);
        try {
          mount.setRules(["unlink gone OK 0 12000"]);
          const run = await blit(["mirror", `${folder}/src`, mount.path], { timeoutMs: 60_000 });
          expect(run).toMatchObject({ code: 0, stderr: "" });
        } finally {
          await mount.unmount();
        }
      });
    },
    TIMEOUT_MS,
  );

  test.each(["read", "write"])(
    "to %s, one byte a second, is waited for",
    async (operation) => {
      await inScratch(async (folder) => {
        mkdirSync(`${folder}/src`);
        mkdirSync(`${folder}/dst`);
        writeFileSync(`${folder}/src/file`, "thirteen bytes".slice(0, 13));
        const served = operation === "read" ? `${folder}/src` : `${folder}/dst`;
        const mount = await mountFaulty(served, `${folder}/mnt`);
        try {
          mount.setRules([`${operation}-byte file OK 0 1000`]);
          const args =
            operation === "read" ? [mount.path, `${folder}/dst`] : [`${folder}/src`, mount.path];
          const run = await blit(["copy", ...args], { timeoutMs: 60_000 });
          expect(run).toMatchObject({ code: 0, stderr: "" });
          expect(await Bun.file(`${folder}/dst/file`).text()).toBe("thirteen byte");
        } finally {
          await mount.unmount();
        }
      });
    },
    TIMEOUT_MS,
  );

  test(
    "does not fool a run that was itself stopped for longer",
    async () => {
      await inScratch(async (folder) => {
        mkdirSync(`${folder}/src`);
        writeFileSync(`${folder}/src/file`, "x");
        const mount = await mountFaulty(`${folder}/src`, `${folder}/mnt`);
        try {
          mount.setRules(["open file OK 0 14000"]);
          const child = Bun.spawn(commandLine(["copy", mount.path, `${folder}/dst`]), {
            env: environment(),
            stdio: ["ignore", "ignore", "pipe"],
            timeout: 60_000,
            killSignal: "SIGKILL",
          });
          setTimeout(() => child.kill("SIGSTOP"), 2000);
          setTimeout(() => child.kill("SIGCONT"), 13_500);
          const complaint = await new Response(child.stderr).text();
          expect(complaint).toBe("");
          await child.exited;
          expect(child.exitCode).toBe(0);
        } finally {
          await mount.unmount();
        }
      });
    },
    TIMEOUT_MS,
  );
});
