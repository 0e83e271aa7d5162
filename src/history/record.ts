// One run as the history keeps it: a line of JSON. Lines are read with suspicion, for the file outlives versions of
// blit, may be edited by hand, and may end in the middle of a line where a disk was full.

import { ROW_NUMBERS } from "./course.ts";

/** Lines of another schema are skipped, never guessed at. */
export const RECORD_SCHEMA = 1;

/** Words (verb, file systems, outcome) are strings: a later blit of this schema may know more of them. */
export interface RunRecord {
  readonly schema: typeof RECORD_SCHEMA;
  /** When the run ended, as ISO 8601 in UTC. */
  readonly at: string;
  /** The version of blit. */
  readonly version: string;
  readonly verb: string;
  /** FileSystemKind of the source and of the destination. */
  readonly source: string;
  readonly destination: string;
  /** Stands for the paths, sources first (History.pathsKey), and tells nothing about them; null where not known. */
  readonly paths: string | null;
  readonly entriesScanned: number;
  readonly filesCopied: number;
  readonly bytesCopied: number;
  /** Read on both sides to compare them; missing where nothing was, and in records of older versions. */
  readonly bytesCompared?: number;
  /** The largest number of workers at once; 0 on the fast path. */
  readonly workers: number;
  /** From the start to the first byte written; null where none was. */
  readonly firstByteMs: number | null;
  readonly planningMs: number;
  readonly copyingMs: number;
  readonly deletingMs: number;
  /** Without the time spent waiting for the user to answer. */
  readonly totalMs: number;
  /** The main thread did all of it, no worker was started. */
  readonly fastPath: boolean;
  readonly stalls: number;
  readonly errors: number;
  readonly outcome: string;
  /** What the predictor expected of the copying, totalMs - deletingMs; null where it had nothing to go by. */
  readonly predictedMs: number | null;
  /**
   * Entries, files and bytes after each eighth of the copying time but the last, in one row (course.ts); missing where the
   * run was short, and in records of older versions.
   */
  readonly course?: readonly number[];
}

type Check = (value: unknown) => boolean;

/** Words, versions, times and keys: whatever this lets through may be shown on a terminal. One pattern, for speed. */
const PLAIN = /^[\w.:+-]{1,64}$/;
const isPlain: Check = (value) => typeof value === "string" && PLAIN.test(value);
/** Not Date.parse: its first call loads the time zones, which takes longer than reading the history. */
const isTime: Check = (value) => isPlain(value) && /^\d{4}-.*T.*Z$/.test(value as string);
const isAmount: Check = (value) =>
  typeof value === "number" && value >= 0 && value <= Number.MAX_SAFE_INTEGER;
const isFlag: Check = (value) => typeof value === "boolean";
const isCourse: Check = (value) =>
  value === undefined ||
  (Array.isArray(value) && value.length === ROW_NUMBERS && value.every(isAmount));
const orNull =
  (check: Check): Check =>
  (value) =>
    value === null || check(value);

const CHECKS: Readonly<Record<keyof RunRecord, Check>> = {
  schema: (value) => value === RECORD_SCHEMA,
  at: isTime,
  version: isPlain,
  verb: isPlain,
  source: isPlain,
  destination: isPlain,
  paths: orNull(isPlain),
  entriesScanned: isAmount,
  filesCopied: isAmount,
  bytesCopied: isAmount,
  bytesCompared: (value) => value === undefined || isAmount(value),
  workers: isAmount,
  firstByteMs: orNull(isAmount),
  planningMs: isAmount,
  copyingMs: isAmount,
  deletingMs: isAmount,
  totalMs: isAmount,
  fastPath: isFlag,
  stalls: isAmount,
  errors: isAmount,
  outcome: isPlain,
  predictedMs: orNull(isAmount),
  course: isCourse,
};
const FIELDS = Object.entries(CHECKS);

/** How every record begins; no JSON string can hold it, for its quotes would be escaped there. */
const OPENING = `{"schema":${RECORD_SCHEMA},`;

/**
 * The record as a line, its newline included. The order of the fields is fixed: parseLine() finds a line's beginning
 * and pairFragment() its pair, without parsing it. Times are kept to the microsecond.
 */
export function formatLine(record: RunRecord): string {
  const ordered: RunRecord = {
    schema: RECORD_SCHEMA,
    at: record.at,
    version: record.version,
    verb: record.verb,
    source: record.source,
    destination: record.destination,
    paths: record.paths,
    entriesScanned: record.entriesScanned,
    filesCopied: record.filesCopied,
    bytesCopied: record.bytesCopied,
    workers: record.workers,
    firstByteMs: record.firstByteMs === null ? null : toMicroseconds(record.firstByteMs),
    planningMs: toMicroseconds(record.planningMs),
    copyingMs: toMicroseconds(record.copyingMs),
    deletingMs: toMicroseconds(record.deletingMs),
    totalMs: toMicroseconds(record.totalMs),
    fastPath: record.fastPath,
    stalls: record.stalls,
    errors: record.errors,
    outcome: record.outcome,
    predictedMs: record.predictedMs === null ? null : toMicroseconds(record.predictedMs),
    ...(record.bytesCompared === undefined ? {} : { bytesCompared: record.bytesCompared }),
    ...(record.course === undefined ? {} : { course: record.course.map(Math.round) }),
  };
  return `${JSON.stringify(ordered)}\n`;
}

function toMicroseconds(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}

/**
 * The record in a line, or undefined for one that is foreign, broken or of another schema. A record that follows the
 * torn beginning of another in the same line is found.
 */
export function parseLine(line: string): RunRecord | undefined {
  const start = line.lastIndexOf(OPENING);
  if (start < 0) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(start === 0 ? line : line.slice(start));
  } catch {
    return undefined;
  }
  return isRecord(value) ? value : undefined;
}

/** Every field is there and is what it must be; further fields are no harm. */
export function isRecord(value: unknown): value is RunRecord {
  if (typeof value !== "object" || value === null) return false;
  const fields = value as Readonly<Record<string, unknown>>;
  return FIELDS.every(([field, check]) => check(fields[field]));
}

/** What a line written by formatLine() about this pair contains: a cheap test before parsing. */
export function pairFragment(verb: string, source: string, destination: string): string {
  return `"verb":"${verb}","source":"${source}","destination":"${destination}",`;
}
