// blit diagnostics dump SRC DST.

import { setImmediate } from "node:timers/promises";
import { formatCount } from "#model/count_text.ts";
import type { RawPath } from "#model/name.ts";
import { Signals } from "#orchestrator/signals.ts";
import { selectPlatform } from "#platform/select.ts";
import type { Mount } from "#platform/mount_table.ts";
import type { FileSystemInfo } from "#platform/platform.ts";
import { dump, type Dump, type PlaceDump } from "../diagnostics/dump.ts";
import { type Limit, type LimitPair, type Limits, readMachine } from "../diagnostics/machine.ts";
import { exitCode, ExitCode } from "../exit_code.ts";
import { isGiven } from "../options/parse.ts";
import { alignColumns, type Column } from "../render/columns.ts";
import { escapeText, showPath } from "../render/escape.ts";
import { JSON_VERSION, mappingFields, pathFields } from "../render/json.ts";
import { formatBytes } from "../render/quantity.ts";
import { UsageError } from "../usage_error.ts";
import type { Command } from "./command.ts";

export const diagnosticsDump: Command = async (invocation, { console, environment }) => {
  const [source, destination] = invocation.operands;
  if (source === undefined || destination === undefined)
    throw new UsageError("SRC DST are missing");
  const machine = await readMachine();
  const platform = await selectPlatform();
  let signals: Signals | undefined;
  // The probe is one stretch of work: a signal waits until its folder is gone. Before, storage that hangs can be given up.
  const beforeProbe = (): void => void (signals = new Signals(() => {}));
  const seen = dump(platform, { source, destination, environment, machine, beforeProbe });
  await setImmediate();
  signals?.end();
  if (signals?.received !== undefined)
    return exitCode({ outcome: "interrupted", signal: signals.received });
  if (isGiven(invocation, "json")) {
    console.out.write(`${JSON.stringify({ v: JSON_VERSION, type: "dump", ...fieldsOf(seen) })}\n`);
  } else {
    console.out.write(
      dumpLines(seen)
        .map((line) => `${line}\n`)
        .join(""),
    );
  }
  return ExitCode.done;
};

function fieldsOf(seen: Dump): object {
  return {
    ...seen,
    mappings: seen.mappings.map(mappingFields),
    source: placeFields(seen.source),
    destination: placeFields(seen.destination),
  };
}

function placeFields({ path, lookedAt, fileSystem, mount }: PlaceDump): object {
  return {
    ...pathFields("path", path),
    ...pathFields("lookedAt", lookedAt),
    fileSystem,
    mount: mount === undefined ? undefined : mountFields(mount),
  };
}

/** Overlays have paths in their options too. */
function mountFields({ mountPoint, root, source, superOptions, ...rest }: Mount): object {
  const paths = Object.entries({ mountPoint, root, source, superOptions });
  const fields = paths.flatMap(([key, raw]) => Object.entries(pathFields(key, raw as RawPath)));
  return { ...rest, ...Object.fromEntries(fields) };
}

function dumpLines(seen: Dump): string[] {
  const { capabilities, environment, refusal } = seen;
  const answers =
    typeof capabilities === "string"
      ? [["the destination", capabilities]]
      : capabilities.map(({ name, answer }) => [name, answer]);
  const rows = [
    ["system", seen.system],
    ["C library", seen.libc],
    ["cores, memory", `${seen.cores}, ${formatBytes(seen.memoryBytes)}`],
    ...limitRows(seen.limits),
    ["may change owners", seen.mayChangeOwners ? "yes" : "no"],
    ...Object.entries(environment),
    ...seen.mappings.map(({ source, destination }) => [
      "copy",
      `${showPath(source)} → ${showPath(destination)}`,
    ]),
    ...(refusal === undefined ? [] : [["copy refuses", refusal]]),
    ...placeRows("source", seen.source),
    ...placeRows("destination", seen.destination),
    ...answers,
  ];
  const version = `${seen.version} (${seen.commit}), Bun ${seen.bun}, platform ${seen.platform}`;
  const column = (title: string, index: 0 | 1): Column => {
    const cells = rows.map((row) => escapeText(row[index] ?? ""));
    return { title, cells, align: "left", rank: 0 };
  };
  return alignColumns([column("blit", 0), column(version, 1)], Infinity);
}

function limitRows({ openFiles, fileBytes, pathBytes, xattrBytes }: Limits): string[][] {
  const bytes = (count: number | undefined, of: string): string =>
    count === undefined ? "unknown" : `${formatCount(count)} bytes ${of}`;
  return [
    ["open files", pairText(openFiles, formatCount)],
    ["size of a file", pairText(fileBytes, formatBytes)],
    ["length of a path", bytes(pathBytes, "in one system call, any in a tree")],
    ["size of an attribute", bytes(xattrBytes, "by the system")],
  ];
}

function pairText({ soft, hard }: LimitPair, format: (value: number) => string): string {
  const text = (limit: Limit): string => (typeof limit === "number" ? format(limit) : limit);
  return `${text(soft)} soft, ${text(hard)} hard`;
}

function placeRows(name: string, place: PlaceDump): string[][] {
  return [
    [name, placeText(place)],
    ["mounted", place.mount === undefined ? "unknown" : mountText(place.mount)],
  ];
}

/** Of a bind mount and the like also what of the file system it shows. */
function mountText({
  mountPoint,
  root,
  type,
  source,
  device,
  options,
  superOptions,
}: Mount): string {
  const shown = (raw: string): string => showPath(raw as RawPath);
  const from = root === "/" ? shown(source) : `${shown(source)} ${shown(root)}`;
  return `at ${shown(mountPoint)}, from ${from} (${device}), ${type}, ${options}; ${shown(superOptions)}`;
}

function placeText({ path, lookedAt, fileSystem }: PlaceDump): string {
  const nearest = path === lookedAt ? "" : ` (looked at ${showPath(lookedAt)})`;
  const place = showPath(path) + nearest;
  return typeof fileSystem === "string"
    ? `${place}: ${fileSystem}`
    : `${place}: ${fileSystemText(fileSystem)}`;
}

function fileSystemText(info: FileSystemInfo): string {
  const free = `${formatBytes(info.availableBytes)} of ${formatBytes(info.totalBytes)} free`;
  const inodes =
    info.freeInodes !== undefined ? `, ${formatCount(info.freeInodes)} inodes free` : "";
  const kind = `${info.kind} (0x${info.magic.toString(16)}), blocks of ${formatBytes(info.blockBytes)}`;
  return `${kind}, ${free}${inodes}${info.readOnly ? ", read-only" : ""}`;
}
