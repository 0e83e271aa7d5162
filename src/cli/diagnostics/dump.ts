// What blit sees of a source and a destination: what goes where, the file systems, what the destination can do, the
// machine and its limits. For bug reports; nothing but the probe's own folder is touched.

import { release, totalmem } from "node:os";
import type { Environment } from "#model/environment.ts";
import type { RawPath } from "#model/name.ts";
import { type Mapping, PLAIN_RUN, type RunOptions } from "#model/options.ts";
import { COMMIT, VERSION } from "#model/version.ts";
import { prepare } from "#engine/prepare.ts";
import { workingDirectory } from "#orchestrator/run.ts";
import { Errno, errnoName } from "#platform/errno.ts";
import { readMountTable } from "#platform/local_place.ts";
import { type Mount, mountOfId } from "#platform/mount_table.ts";
import { parentPath } from "#platform/paths.ts";
import type { Dir, FileSystemInfo, Platform } from "#platform/platform.ts";
import type { Machine } from "./machine.ts";
import { probe, type Capability } from "./probe.ts";

export interface PlaceDump {
  readonly path: RawPath;
  /** The directory looked at: the place itself, or the nearest above it that exists. */
  readonly lookedAt: RawPath;
  readonly fileSystem: FileSystemInfo | string;
  /** Undefined where the system does not tell. */
  readonly mount: Mount | undefined;
}

export interface Dump extends Machine {
  readonly version: string;
  readonly commit: string;
  readonly bun: string;
  readonly platform: string;
  readonly system: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly mayChangeOwners: boolean;
  readonly environment: Readonly<Record<string, string>>;
  readonly mappings: readonly Mapping[];
  /** Why a run would not start; its rules are those of copy. */
  readonly refusal: string | undefined;
  readonly source: PlaceDump;
  readonly destination: PlaceDump;
  /** Of the destination; in words why they could not be tried. */
  readonly capabilities: readonly Capability[] | string;
}

const VARIABLES = /^(BLIT_|XDG_STATE_HOME$|NO_COLOR$|TERM$|LANG$|LC_)/;

export interface DumpRequest {
  readonly source: RawPath;
  readonly destination: RawPath;
  readonly environment: Environment;
  readonly machine: Machine;
  /** Called when all else is known, where something is tried in the destination. */
  readonly beforeProbe: () => void;
}

export function dump(platform: Platform, request: DumpRequest): Dump {
  const { source, destination, environment, machine, beforeProbe } = request;
  const umask = platform.clearUmask();
  const options = copyOptions(source, destination);
  const mounts = readMountTable(platform);
  const cwd = workingDirectory(platform);
  const prepared = prepare(platform, { options, cwd, umask, mounts }, undefined);
  const from = nearest(platform, source);
  const to = nearest(platform, destination);
  const seen = {
    version: VERSION,
    commit: COMMIT,
    bun: Bun.version,
    platform: platform.name,
    system: `${process.platform} ${release()} ${process.arch}`,
    cores: navigator.hardwareConcurrency,
    memoryBytes: totalmem(),
    mayChangeOwners: platform.isPrivileged(),
    ...machine,
    environment: Object.fromEntries(
      Object.entries(environment).flatMap(([name, value]) =>
        value !== undefined && VARIABLES.test(name) ? [[name, value]] : [],
      ),
    ),
    mappings: "refusal" in prepared ? [] : prepared.mappings,
    refusal: "refusal" in prepared ? prepared.refusal.message : undefined,
    source: describePlace(platform, source, from),
    destination: describePlace(platform, destination, to),
    capabilities: capabilitiesOf(platform, to, beforeProbe),
  };
  for (const { dir } of [from, to]) if (dir >= 0) platform.closeDir(dir as Dir);
  return seen;
}

/** A dry run of copy: it resolves, judges and makes nothing. */
function copyOptions(source: RawPath, destination: RawPath): RunOptions {
  return { ...PLAIN_RUN, verb: "copy", sources: [source], destination, dryRun: true };
}

interface Opened {
  readonly path: RawPath;
  /** -errno where nothing on the way could be opened. */
  readonly dir: number;
}

/** Opens the directory at a path, or the nearest above it that exists, for the caller to close. */
function nearest(platform: Platform, path: RawPath): Opened {
  for (let current = path; ; current = parentPath(current)) {
    const dir = platform.openRoot(current);
    const mayBeAbove = dir === -Errno.ENOENT || dir === -Errno.ENOTDIR;
    if (!mayBeAbove || current === "/" || current === ".") return { path: current, dir };
  }
}

function describePlace(
  platform: Platform,
  path: RawPath,
  { path: looked, dir }: Opened,
): PlaceDump {
  const info = dir < 0 ? dir : platform.fileSystem(dir as Dir);
  return {
    path,
    lookedAt: looked,
    fileSystem: typeof info === "number" ? errnoName(info) : info,
    mount: dir < 0 ? undefined : mountOf(platform, dir as Dir),
  };
}

/** By the mount's id, so that symlinks and mounts upon mounts are no riddle. */
function mountOf(platform: Platform, dir: Dir): Mount | undefined {
  const stat = platform.newStat();
  if (platform.statDir(dir, stat) < 0 || stat.mountId === 0) return undefined;
  return mountOfId(readMountTable(platform) ?? "", stat.mountId);
}

function capabilitiesOf(
  platform: Platform,
  { dir }: Opened,
  beforeProbe: () => void,
): readonly Capability[] | string {
  if (dir < 0) return `the destination cannot be opened (${errnoName(dir)})`;
  const info = platform.fileSystem(dir as Dir);
  // As a run does (engine/thread.ts).
  if (typeof info !== "number" && info.kind === "fuse") platform.setAccessTimesToo();
  beforeProbe();
  const found = probe(platform, dir as Dir);
  return typeof found === "number" ? `nothing can be made there (${errnoName(found)})` : found;
}
