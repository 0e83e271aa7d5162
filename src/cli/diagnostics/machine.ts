// What the machine gives a process: its C library and its limits. Text of the system's own, read apart from being
// understood, so that the latter can be tested for systems that are not here.

export type Limit = number | "unlimited" | "unknown";

export interface LimitPair {
  readonly soft: Limit;
  readonly hard: Limit;
}

export interface Limits {
  readonly openFiles: LimitPair;
  /** Of a file that is written (ulimit -f). */
  readonly fileBytes: LimitPair;
  /** PATH_MAX, of one system call; undefined where the system has none. A tree may be deeper: it is walked by handle. */
  readonly pathBytes: number | undefined;
  /** XATTR_SIZE_MAX, whatever the file system could hold. */
  readonly xattrBytes: number | undefined;
}

export interface Machine {
  /** "glibc 2.36", "musl 1.2.5". */
  readonly libc: string;
  readonly limits: Limits;
}

/** linux/limits.h: the same on every architecture. */
const LINUX_LIMITS = { pathBytes: 4096, xattrBytes: 65_536 };
const NO_LIMITS = { pathBytes: undefined, xattrBytes: undefined };

export async function readMachine(): Promise<Machine> {
  const limits = parseLimits(await textOf("/proc/self/limits"));
  const fixed = process.platform === "linux" ? LINUX_LIMITS : NO_LIMITS;
  return { libc: await readLibc(), limits: { ...limits, ...fixed } };
}

/** The text of /proc/self/limits: what getrlimit(2) tells. */
export function parseLimits(text: string): Pick<Limits, "openFiles" | "fileBytes"> {
  const pair = (name: string): LimitPair => {
    const [, soft, hard] = new RegExp(`^Max ${name} +(\\S+) +(\\S+)`, "m").exec(text) ?? [];
    return { soft: parseLimit(soft), hard: parseLimit(hard) };
  };
  return { openFiles: pair("open files"), fileBytes: pair("file size") };
}

function parseLimit(text: string | undefined): Limit {
  if (text === undefined) return "unknown";
  return text === "unlimited" ? text : Number(text);
}

async function readLibc(): Promise<string> {
  if (process.platform !== "linux") return "the system's";
  const glibc = glibcVersion();
  if (glibc !== undefined) return `glibc ${glibc}`;
  const loader = muslLoader(await textOf("/proc/self/maps"));
  return loader === undefined ? "unknown" : describeMusl(banner(loader));
}

function glibcVersion(): string | undefined {
  const report = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
  return report.header?.glibcVersionRuntime;
}

/** musl is one file, library and loader: the path of the one that this process has loaded. */
export function muslLoader(maps: string): string | undefined {
  return /\/\S*(?:ld-musl-|libc\.musl-|-musl\/libc\.so)\S*/.exec(maps)?.[0];
}

/** It has no function that tells its version; run alone it says so, and how to use it. */
function banner(loader: string): string {
  try {
    return Bun.spawnSync([loader], { stdout: "ignore", stderr: "pipe" }).stderr.toString();
  } catch {
    return "";
  }
}

export function describeMusl(text: string): string {
  const version = /^Version (\S+)$/m.exec(text)?.[1];
  return version === undefined ? "musl" : `musl ${version}`;
}

async function textOf(path: string): Promise<string> {
  try {
    return await Bun.file(path).text();
  } catch {
    return "";
  }
}
