// blit diagnostics dump SRC DST.

import { setImmediate } from "node:timers/promises";
import { Signals } from "#orchestrator/signals.ts";
import { selectPlatform } from "#platform/select.ts";
import type { FileSystemInfo } from "#platform/platform.ts";
import { dump, type Dump, type PlaceDump } from "../diagnostics/dump.ts";
import { exitCode, ExitCode } from "../exit_code.ts";
import { isGiven } from "../options/parse.ts";
import { alignColumns, type Column } from "../render/columns.ts";
import { escapeText } from "../render/escape.ts";
import { JSON_VERSION } from "../render/json.ts";
import { formatBytes, formatCount } from "../render/quantity.ts";
import { UsageError } from "../usage_error.ts";
import type { Command } from "./command.ts";

export const diagnosticsDump: Command = async (invocation, { console, environment }) => {
  const [source, destination] = invocation.operands;
  if (source === undefined || destination === undefined)
    throw new UsageError("SRC DST are missing");
  const limit = await openFilesLimit();
  const platform = await selectPlatform();
  // The probe is one stretch of work: a signal waits until its folder is gone.
  const signals = new Signals(() => {});
  const seen = dump(platform, source, destination, environment, limit);
  await setImmediate();
  signals.end();
  if (signals.received !== undefined)
    return exitCode({ outcome: "interrupted", signal: signals.received });
  if (isGiven(invocation, "json")) {
    console.out.write(`${JSON.stringify({ v: JSON_VERSION, type: "dump", ...seen })}\n`);
  } else {
    console.out.write(
      dumpLines(seen)
        .map((line) => `${line}\n`)
        .join(""),
    );
  }
  return ExitCode.done;
};

/** The soft and the hard limit (getrlimit(2)), where the system tells. */
async function openFilesLimit(): Promise<string> {
  try {
    const limits = await Bun.file("/proc/self/limits").text();
    return /^Max open files\s+(\S+\s+\S+)/m.exec(limits)?.[1]?.replace(/\s+/, " of ") ?? "unknown";
  } catch {
    return "unknown";
  }
}

function dumpLines(seen: Dump): string[] {
  const { capabilities, environment, refusal } = seen;
  const answers =
    typeof capabilities === "string"
      ? [["the destination", capabilities]]
      : capabilities.map(({ name, answer }) => [name, answer]);
  const rows = [
    ["system", seen.system],
    ["cores, memory", `${seen.cores}, ${formatBytes(seen.memoryBytes)}`],
    ["open files", seen.openFilesLimit],
    ["may change owners", seen.mayChangeOwners ? "yes" : "no"],
    ...Object.entries(environment),
    ...seen.mappings.map(({ source, destination }) => ["copy", `${source} → ${destination}`]),
    ...(refusal === undefined ? [] : [["copy refuses", refusal]]),
    ["source", placeText(seen.source)],
    ["destination", placeText(seen.destination)],
    ...answers,
  ];
  const version = `${seen.version} (${seen.commit}), Bun ${seen.bun}, platform ${seen.platform}`;
  const column = (title: string, index: 0 | 1): Column => {
    const cells = rows.map((row) => escapeText(row[index] ?? ""));
    return { title, cells, align: "left", rank: 0 };
  };
  return alignColumns([column("blit", 0), column(version, 1)], Infinity);
}

function placeText({ path, lookedAt, fileSystem }: PlaceDump): string {
  const place = path === lookedAt ? path : `${path} (looked at ${lookedAt})`;
  return typeof fileSystem === "string"
    ? `${place}: ${fileSystem}`
    : `${place}: ${fileSystemText(fileSystem)}`;
}

function fileSystemText(info: FileSystemInfo): string {
  const free = `${formatBytes(info.availableBytes)} of ${formatBytes(info.totalBytes)} free`;
  const inodes = info.freeInodes > 0 ? `, ${formatCount(info.freeInodes)} inodes free` : "";
  const kind = `${info.kind} (0x${info.magic.toString(16)}), blocks of ${formatBytes(info.blockBytes)}`;
  return `${kind}, ${free}${inodes}${info.readOnly ? ", read-only" : ""}`;
}
