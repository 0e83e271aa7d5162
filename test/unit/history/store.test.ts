// The files of the history, on real file systems, under real processes.

import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import {
  appendFileSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { allRecords, History } from "#history/history.ts";
import { formatLine, parseLine, type RunRecord } from "#history/record.ts";
import { SEGMENT_BYTES, Store } from "#history/store.ts";
import type { RawPath } from "#model/name.ts";
import { BACKENDS } from "#test/conformance/backends.ts";
import { recordOf } from "./records.ts";

const isRoot = process.geteuid?.() === 0;
const isLinux = process.platform === "linux";
const LINE_BYTES = formatLine(recordOf()).length;

let home = "";
let folder = "";

beforeEach(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), "blit-history-")));
  folder = join(home, "state", "blit");
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const environment = (more: Record<string, string> = {}) => ({
  XDG_STATE_HOME: join(home, "state"),
  ...more,
});
const runOf = (run: number): RunRecord => recordOf({ filesCopied: run });
const runsIn = (store: Store): number[] => allRecords(store).map((record) => record.filesCopied);

function shell(command: string): void {
  const { exitCode, stderr } = Bun.spawnSync(["sh", "-ec", command], { cwd: home });
  if (exitCode !== 0) throw new Error(`${command}: ${stderr.toString()}`);
}

function mount(options: string): void {
  shell(`mkdir -p state; mount -t tmpfs -o ${options} t state`);
}

describe.each(BACKENDS.map((backend) => [backend.name, backend] as const))(
  "%s",
  (name, backend) => {
    const platform = backend.create();
    platform.clearUmask();
    const open = (more: Record<string, string> = {}) => new Store(platform, environment(more));
    const append = (run: number): boolean => open().append(formatLine(runOf(run)));

    test("what is appended is read, oldest first, by another blit", () => {
      for (const run of [1, 2, 3]) expect(append(run)).toBe(true);
      expect(runsIn(open())).toEqual([1, 2, 3]);
    });

    test("opening and asking makes nothing", () => {
      const history = new History(open());
      history.modelFor("mirror", "ext4", "tmpfs");
      expect(history.off).toBeUndefined();
      expect(readdirSync(home)).toEqual([]);
    });

    test("folders are 0700 and files 0600, whatever the umask", () => {
      append(1);
      new History(open()).pathsKey(["/a" as RawPath], "/b" as RawPath);
      open().setEnabled(false);
      const modes = ["..", ".", ...readdirSync(folder)].map(
        (entry) => statSync(join(folder, entry)).mode & 0o7777,
      );
      expect(modes).toEqual([0o700, 0o700, 0o600, 0o600, 0o600]);
    });

    test("after 1 MiB comes the next file, and two are kept", () => {
      mkdirSync(folder, { recursive: true });
      for (let segment = 1; segment <= 3; segment++) {
        const fill = formatLine(recordOf({ workers: segment })).repeat(
          Math.ceil(SEGMENT_BYTES / LINE_BYTES) + 1,
        );
        append(segment);
        appendFileSync(join(folder, `perf.${segment}.jsonl`), fill);
      }
      expect(append(4)).toBe(true);
      expect(readdirSync(folder).toSorted()).toEqual(["perf.3.jsonl", "perf.4.jsonl"]);
      const records = allRecords(open());
      expect(records.at(0)?.filesCopied).toBe(3);
      expect(records.at(-1)?.filesCopied).toBe(4);
      expect(new Set(records.map(({ workers }) => workers))).toEqual(new Set([2, 3]));
    });

    test("the newest lines alone are read, across the border of two files", () => {
      for (const run of [1, 2, 3]) append(run);
      writeFileSync(join(folder, "perf.2.jsonl"), formatLine(runOf(4)));
      const tail = open().readTail(LINE_BYTES * 2 + 5);
      expect(tail.length).toBe(LINE_BYTES * 2 + 5);
      const runs = tail.split("\n").flatMap((line) => parseLine(line)?.filesCopied ?? []);
      expect(runs).toEqual([3, 4]);
    });

    test("lines that are torn, foreign, binary or newer are skipped, and what follows them is read", () => {
      append(1);
      const log = join(folder, "perf.1.jsonl");
      appendFileSync(log, '{"schema":7,"newer":true}\nhello\n\n');
      appendFileSync(log, Buffer.from([0, 0xff, 0x80, 0x0a]));
      appendFileSync(log, formatLine(runOf(9)).slice(0, 50));
      append(2);
      expect(runsIn(open())).toEqual([1, 2]);
    });

    test("files with similar names are left alone", () => {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      const others = [
        "perf.0.jsonl",
        "perf.01.jsonl",
        "perf.jsonl",
        "xperf.1.jsonl",
        "perf.1.jsonl~",
      ];
      for (const other of others) writeFileSync(join(folder, other), "theirs");
      append(1);
      expect(open().clear()).toBe(1);
      expect(readdirSync(folder).toSorted()).toEqual(others.toSorted());
    });

    test("clear() removes the records and nothing else", () => {
      append(1);
      const key = new History(open()).pathsKey([], "/b" as RawPath);
      expect(open().clear()).toBe(1);
      expect(runsIn(open())).toEqual([]);
      expect(key).toBeDefined();
      expect(new History(open()).pathsKey([], "/b" as RawPath)).toBe(key);
      expect(open().clear()).toBe(0);
    });

    test("switched off, nothing is read, kept or made; switched on again, the old runs are back", () => {
      append(1);
      expect(open().setEnabled(false)).toBe(true);
      expect(open().setEnabled(false)).toBe(true);
      expect(append(2)).toBe(false);
      const history = new History(open());
      expect(history.pathsKey([], "/b" as RawPath)).toBeUndefined();
      expect(history.off).toContain("--enable");
      expect(history.modelFor("mirror", "ext4", "tmpfs").workers.lessons).toEqual([]);
      expect(open().isEnabled()).toBe(false);
      expect(open().setEnabled(true)).toBe(true);
      expect(open().setEnabled(true)).toBe(true);
      expect(runsIn(open())).toEqual([1]);
    });

    test("BLIT_DISABLE_PERF_HISTORY=1 keeps nothing and touches nothing", () => {
      const disabled = open({ BLIT_DISABLE_PERF_HISTORY: "1" });
      expect(disabled.append(formatLine(runOf(1)))).toBe(false);
      const history = new History(disabled);
      expect(history.off).toBe("BLIT_DISABLE_PERF_HISTORY is set");
      expect(history.pathsKey([], "/b" as RawPath)).toBeUndefined();
      expect(history.modelFor("copy", "ext4", "ext4").alone.lessons).toEqual([]);
      expect(readdirSync(home)).toEqual([]);
      expect(open({ BLIT_DISABLE_PERF_HISTORY: "0" }).append(formatLine(runOf(1)))).toBe(true);
    });

    test("without a home there is no history, and no error", () => {
      for (const env of [{}, { HOME: "" }, { HOME: "here" }, { XDG_STATE_HOME: "relative" }]) {
        const store = new Store(platform, env, "linux");
        expect(store.off).toContain("HOME");
        expect(store.append(formatLine(runOf(1)))).toBe(false);
        expect(store.readTail(1000)).toBe("");
        expect(store.key()).toBeUndefined();
        expect(store.clear()).toBe(-1);
      }
    });

    test("what stands in the way of the folder or the file is no error", () => {
      writeFileSync(join(home, "state"), "a file");
      expect(append(1)).toBe(false);
      unlinkSync(join(home, "state"));
      mkdirSync(join(folder, "perf.1.jsonl"), { recursive: true, mode: 0o700 });
      expect(append(1)).toBe(false);
      expect(open().readTail(1000)).toBe("");
    });

    test("a symlink in place of the log is not followed", () => {
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(home, "victim"), "precious");
      symlinkSync(join(home, "victim"), join(folder, "perf.1.jsonl"));
      expect(append(1)).toBe(false);
      expect(readFileSync(join(home, "victim"), "utf8")).toBe("precious");
    });

    test.skipIf(!isRoot)("another user's folder is left alone, to read and to write", () => {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      chownSync(folder, 1234, 1234);
      const store = open();
      expect(store.append(formatLine(runOf(1)))).toBe(false);
      expect(store.off).toContain("another user");
      expect(readdirSync(folder)).toEqual([]);
    });

    test.skipIf(!isRoot)("root makes no folder in the home of a user", () => {
      chownSync(home, 1234, 1234);
      expect(append(1)).toBe(false);
      expect(readdirSync(home)).toEqual([]);
    });

    describe.skipIf(!isRoot || !isLinux)("on a file system", () => {
      afterEach(() => shell("umount -l state 2>/dev/null || true"));

      test("that is read-only, old runs are read and new ones are not kept", () => {
        mount("size=1m,mode=700");
        append(1);
        shell("mount -o remount,ro state");
        expect(append(2)).toBe(false);
        expect(runsIn(open())).toEqual([1]);
        expect(open().setEnabled(false)).toBe(false);
        expect(open().clear()).toBe(-1);
      });

      test("that is read-only and has no folder yet, nothing happens", () => {
        mount("size=1m,mode=700,ro");
        expect(append(1)).toBe(false);
        expect(runsIn(open())).toEqual([]);
      });

      test("that is full, a line may be torn, and the next one is whole", () => {
        mount("size=8k,mode=700");
        append(1);
        shell("head -c 1000000 /dev/zero >state/filler 2>/dev/null || true");
        let kept = 1;
        while (append(kept + 1)) kept++;
        expect(kept).toBeLessThan(100);
        shell("rm state/filler; mount -o remount,size=1m state");
        expect(append(1000)).toBe(true);
        const runs = runsIn(open());
        expect(runs.at(-1)).toBe(1000);
        expect(runs.length).toBe(kept + 1);
      });

      test("that was full at first use, learning is not switched off for good", () => {
        mount("size=8k,mode=700");
        mkdirSync(folder, { mode: 0o700 });
        shell("head -c 1000000 /dev/zero >state/filler 2>/dev/null || true");
        expect(open().key()).toBeUndefined();
        expect(readdirSync(folder)).toEqual([]);
        writeFileSync(join(folder, "perf.key"), "");
        shell("rm state/filler");
        const key = open().key();
        expect(key).toHaveLength(32);
        expect(open().key()).toEqual(key ?? expect.unreachable());
      });

      test("that is out of inodes, nothing is kept", () => {
        mount("size=1m,mode=700,nr_inodes=1");
        expect(append(1)).toBe(false);
      });
    });

    test("many blits at once lose no line and tear none, over the border of two files", async () => {
      const writers = 12;
      const each = 25;
      append(0);
      const before = Math.floor((SEGMENT_BYTES - LINE_BYTES * 40) / LINE_BYTES);
      appendFileSync(join(folder, "perf.1.jsonl"), formatLine(runOf(0)).repeat(before));
      const codes = await Promise.all(
        Array.from({ length: writers }, async (_, writer) => {
          const script = join(import.meta.dir, "append_many.ts");
          const command = [process.execPath, script, name, String(each), String(writer)];
          return Bun.spawn(command, { env: { ...process.env, ...environment() } }).exited;
        }),
      );
      expect(codes).toEqual(codes.map(() => 0));
      expect(readdirSync(folder).toSorted()).toEqual(["perf.1.jsonl", "perf.2.jsonl"]);
      const lines = ["perf.1.jsonl", "perf.2.jsonl"]
        .map((file) => readFileSync(join(folder, file), "utf8"))
        .join("");
      expect(lines.endsWith("\n")).toBe(true);
      const records = lines.trimEnd().split("\n").map(parseLine);
      expect(records).not.toContain(undefined);
      const seen = records
        .slice(before + 1)
        .map((record) => `${record?.entriesScanned}:${record?.filesCopied}`);
      const written = Array.from({ length: writers * each }, (_, index) => {
        return `${Math.floor(index / each)}:${index % each}`;
      });
      expect(seen.toSorted()).toEqual(written.toSorted());
    }, 60_000);
  },
);

describe("the mount table", () => {
  const [linux] = BACKENDS.filter((backend) => backend.name === "linux");

  test.skipIf(linux === undefined)(
    "a folder that could hang is not even opened, symlinks to it neither",
    () => {
      const platform = linux?.create() ?? expect.unreachable();
      const opened: string[] = [];
      const watched = {
        ...platform,
        openRoot: (path: RawPath) => {
          opened.push(path);
          return platform.openRoot(path);
        },
      };
      symlinkSync("/sys/fs/../kernel", join(home, "link"));
      for (const state of ["/sys/kernel", join(home, "link")]) {
        const store = new Store(watched, { XDG_STATE_HOME: state });
        expect(store.append(formatLine(runOf(1)))).toBe(false);
        expect(store.off).toContain("not on a local file system");
      }
      expect(opened).not.toContain("/sys/kernel");
      expect(opened.filter((path) => path.startsWith("/sys"))).toEqual([]);
    },
  );

  test.skipIf(linux === undefined)(
    "a symlink that stays local is followed, and a loop of them is not",
    () => {
      mkdirSync(join(home, "real"), { mode: 0o700 });
      symlinkSync("../" + home.split("/").at(-1) + "/real", join(home, "link"));
      symlinkSync("loop", join(home, "loop"));
      const store = (state: string) =>
        new Store(linux?.create() ?? expect.unreachable(), { XDG_STATE_HOME: join(home, state) });
      expect(store("link").append(formatLine(runOf(1)))).toBe(true);
      expect(existsSync(join(home, "real", "blit", "perf.1.jsonl"))).toBe(true);
      expect(store("loop").append(formatLine(runOf(1)))).toBe(false);
    },
  );
});
