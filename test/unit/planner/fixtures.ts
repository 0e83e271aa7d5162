// What the planner's tests have in common: stats, policies and filters with defaults.

import { Kind, type Stat } from "#model/entry.ts";
import {
  type ComparePolicy,
  type FilterOptions,
  type FilterRule,
  PLAIN_POLICY,
} from "#model/options.ts";

export function stat(fields: Partial<Stat> = {}): Stat {
  return {
    kind: Kind.file,
    mode: 0o644,
    uid: 1000,
    gid: 1000,
    nlink: 1,
    sizeBytes: 10,
    allocatedBytes: 4096,
    mtimeSec: 1_700_000_000,
    mtimeNsec: 123_456_789,
    ctimeSec: 1_700_000_000,
    ctimeNsec: 123_456_789,
    inodeLow: 1,
    inodeHigh: 0,
    deviceMajor: 8,
    deviceMinor: 1,
    rdevMajor: 0,
    rdevMinor: 0,
    ...fields,
  };
}

export function policy(fields: Partial<ComparePolicy> = {}): ComparePolicy {
  return { ...PLAIN_POLICY, ...fields };
}

export function filterOptions(fields: Partial<FilterOptions> = {}): FilterOptions {
  return {
    rules: [],
    minSizeBytes: undefined,
    maxSizeBytes: undefined,
    newerThanSec: undefined,
    olderThanSec: undefined,
    filesFrom: undefined,
    deleteExcluded: false,
    ...fields,
  };
}

export function exclude(...patterns: readonly string[]): FilterRule[] {
  return patterns.map((pattern) => ({ kind: "exclude", pattern, origin: "--exclude" }));
}

export function include(...patterns: readonly string[]): FilterRule[] {
  return patterns.map((pattern) => ({ kind: "include", pattern, origin: "--include" }));
}
