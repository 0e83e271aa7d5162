// What a file system can do, tried for real in a folder of its own that is removed again. Every answer is what the
// system said, not what the kind of file system should be able to do.

import { formatCount } from "#model/count_text.ts";
import { Kind } from "#model/entry.ts";
import { joinRaw, type RawName, type RawPath, ROOT_PATH } from "#model/name.ts";
import { errnoName } from "#platform/errno.ts";
import { UNSUPPORTED, type Dir, type File, type Platform } from "#platform/platform.ts";

export interface Capability {
  readonly name: string;
  /** "yes", "no (EOPNOTSUPP)", or what was measured: "1 ns". */
  readonly answer: string;
}

const DATA_BYTES = 128 * 1024;
const HOLE_BYTES = 16 * 1024 * 1024;
const ANY_NSEC = 123_456_789;
const YES = "yes";
/** NAME_MAX and XATTR_SIZE_MAX of Linux (linux/limits.h): a file system may hold less, never more. */
const LONGEST_NAME = 255;
const LARGEST_XATTR = 65_536;

/** acl(5) as posix_acl_xattr.h lays it out: version 2, then tag, permissions and id of each entry. */
const ACL_ENTRIES = [
  [0x01, 6, 0xffffffff],
  [0x02, 4, 12345],
  [0x04, 4, 0xffffffff],
  [0x10, 4, 0xffffffff],
  [0x20, 4, 0xffffffff],
] as const;

/**
 * Makes the folder in `parent`, tries everything in it, and removes it; -errno where it could not be made. The parent has
 * its time back in the end.
 */
export function probe(platform: Platform, parent: Dir): readonly Capability[] | number {
  const folder = `.blit-diagnostics-${process.pid}` as RawName;
  const before = platform.newStat();
  const looked = platform.statDir(parent, before);
  if (looked < 0) return looked;
  const made = platform.makeDir(parent, folder, 0o700);
  if (made < 0) return made;
  try {
    const opened = platform.openBeneath(parent, joinRaw(ROOT_PATH, folder));
    if (opened < 0) return opened;
    const probe = new Probe(platform, opened as Dir);
    try {
      return probe.all();
    } finally {
      probe.end();
    }
  } finally {
    platform.removeDir(parent, folder);
    platform.setDirTime(parent, before.mtimeSec, before.mtimeNsec);
  }
}

class Probe {
  readonly #platform: Platform;
  readonly #dir: Dir;
  readonly #names: RawName[] = [];
  readonly #files: File[] = [];

  constructor(platform: Platform, dir: Dir) {
    this.#platform = platform;
    this.#dir = dir;
  }

  all(): Capability[] {
    const platform = this.#platform;
    const source = this.#file("source");
    if (source < 0) return [{ name: "files", answer: no(source) }];
    const from = source as File;
    platform.write(from, platform.newIoBuffer(DATA_BYTES), DATA_BYTES);
    return [
      this.#try("reflink", () => this.#withFile("reflinked", (to) => platform.reflink(from, to))),
      this.#try("copy_file_range", () =>
        this.#withFile("copied", (to) => platform.copyRange(from, to, 0, DATA_BYTES)),
      ),
      this.#try("holes", () => this.#withFile("sparse", (to) => this.#keepsHoles(to))),
      this.#try("hard links", () => this.#link()),
      this.#try("symlinks", () =>
        platform.makeSymlink(this.#dir, this.#name("symlink"), "target" as RawPath),
      ),
      this.#try("FIFOs", () => this.#fifo()),
      this.#try("extended attributes", () =>
        platform.setFileXattr(from, "user.blit", Buffer.from("1")),
      ),
      this.#most("largest attribute", LARGEST_XATTR, (bytes) =>
        platform.setFileXattr(from, "user.blit", Buffer.alloc(bytes, "x")),
      ),
      this.#try("POSIX ACLs", () => platform.setFileXattr(from, "system.posix_acl_access", acl())),
      this.#try("names that are not UTF-8", () => this.#file("caf\xe9")),
      this.#most("longest name", LONGEST_NAME, (bytes) => this.#file("x".repeat(bytes))),
      { name: "case of names", answer: this.#caseOfNames() },
      { name: "step of timestamps", answer: this.#timeGrain(from) },
    ];
  }

  end(): void {
    for (const file of this.#files) this.#platform.closeFile(file);
    for (const name of this.#names) this.#platform.unlink(this.#dir, name);
    this.#platform.closeDir(this.#dir);
  }

  #try(name: string, attempt: () => number): Capability {
    const result = attempt();
    return { name, answer: result < 0 ? no(result) : YES };
  }

  /** The most bytes with which an attempt works; what it says to one where it never does. */
  #most(name: string, limit: number, attempt: (bytes: number) => number): Capability {
    const refused = attempt(1);
    if (refused < 0) return { name, answer: no(refused) };
    if (attempt(limit) >= 0) return { name, answer: bytesText(limit) };
    let [works, fails] = [1, limit];
    while (fails - works > 1) {
      const middle = (works + fails) >> 1;
      if (attempt(middle) < 0) fails = middle;
      else works = middle;
    }
    return { name, answer: bytesText(works) };
  }

  /** A name that end() removes, whether it came to be used or not. */
  #name(text: string): RawName {
    const name = text as RawName;
    this.#names.push(name);
    return name;
  }

  #file(text: string): number {
    const file = this.#platform.createFile(this.#dir, this.#name(text), 0o600);
    if (file >= 0) this.#files.push(file as File);
    return file;
  }

  #withFile(text: string, use: (file: File) => number): number {
    const file = this.#file(text);
    return file < 0 ? file : use(file as File);
  }

  #keepsHoles(file: File): number {
    const platform = this.#platform;
    const truncated = platform.truncate(file, HOLE_BYTES);
    if (truncated < 0) return truncated;
    const stat = platform.newStat();
    const result = platform.statFile(file, stat);
    if (result < 0) return result;
    return stat.allocatedBytes < HOLE_BYTES / 2 ? 0 : UNSUPPORTED;
  }

  #link(): number {
    return this.#platform.link(this.#dir, "source" as RawName, this.#dir, this.#name("linked"));
  }

  #fifo(): number {
    const like = { ...this.#platform.newStat(), kind: Kind.fifo };
    return this.#platform.makeNode(this.#dir, this.#name("fifo"), like, 0o600);
  }

  #caseOfNames(): string {
    const stat = this.#platform.newStat();
    const other = this.#platform.stat(this.#dir, "SOURCE" as RawName, stat);
    return other < 0 ? "matters" : "does not matter: Foo and foo are one file";
  }

  #timeGrain(file: File): string {
    const platform = this.#platform;
    // An odd second, so that a step of two seconds shows.
    const result = platform.setFileTime(file, 1_000_000_001, ANY_NSEC);
    const stat = platform.newStat();
    if (result < 0 || platform.statFile(file, stat) < 0) return no(result);
    if (stat.mtimeSec !== 1_000_000_001) return "2 s";
    const steps = [
      [1, "1 ns"],
      [100, "100 ns"],
      [1000, "1 µs"],
      [1_000_000, "1 ms"],
    ] as const;
    const found = steps.find(([nsec]) => stat.mtimeNsec === ANY_NSEC - (ANY_NSEC % nsec));
    return found?.[1] ?? "1 s";
  }
}

function bytesText(count: number): string {
  return `${formatCount(count)} bytes`;
}

function no(result: number): string {
  return result === UNSUPPORTED ? "no" : `no (${errnoName(result)})`;
}

function acl(): Uint8Array {
  const bytes = Buffer.alloc(4 + ACL_ENTRIES.length * 8);
  bytes.writeUInt32LE(2, 0);
  ACL_ENTRIES.forEach(([tag, permissions, id], index) => {
    const offset = 4 + index * 8;
    bytes.writeUInt16LE(tag, offset);
    bytes.writeUInt16LE(permissions, offset + 2);
    bytes.writeUInt32LE(id, offset + 4);
  });
  return bytes;
}
