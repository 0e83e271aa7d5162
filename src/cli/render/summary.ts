// What a run has done, in two or three lines. Pure.

import type { Counts, Summary } from "#model/summary.ts";
import { escapeText } from "./escape.ts";
import { counted, formatBytes, formatCount, formatDuration } from "./quantity.ts";

/** The lines of the summary; the first always says how it ended. */
export function summaryLines(summary: Summary): string[] {
  if (summary.verb === "verify") return verifyLines(summary);
  return [
    headline(summary),
    detailLine(summary.counts),
    notesLine(summary.counts),
    endLine(summary),
  ].filter((line) => line !== "");
}

function headline(summary: Summary): string {
  const { verb, counts, elapsedMs } = summary;
  const { filesCopied, bytesCopied, entriesMoved, entriesDeleted } = counts;
  const did = [
    filesCopied > 0
      ? `${verb === "move" ? "moved" : "copied"} ${counted(filesCopied, "file")}, ${formatBytes(bytesCopied)}`
      : "",
    entriesMoved > 0 ? `renamed ${counted(entriesMoved, "entry", "entries")}` : "",
    entriesDeleted > 0 ? `deleted ${counted(entriesDeleted, "entry", "entries")}` : "",
  ].filter((part) => part !== "");
  const what = did.length > 0 ? did.join("; ") : "copied nothing";
  return `${opening(summary)}${what} in ${formatDuration(elapsedMs)}${rate(summary)}`;
}

function opening(summary: Summary): string {
  switch (summary.outcome) {
    case "done":
    case "failed-entries":
      return summary.dryRun ? "dry run, nothing was changed: would have " : "";
    case "interrupted":
      return `interrupted (${summary.signal ?? "SIGINT"}), the destination is consistent: `;
    case "stalled":
      return "stalled: ";
    default:
      return "stopped: ";
  }
}

function rate({ counts, elapsedMs, dryRun }: Summary): string {
  if (counts.bytesCopied === 0 || elapsedMs < 1 || dryRun) return "";
  return ` (${formatBytes((counts.bytesCopied / elapsedMs) * 1000)}/s)`;
}

function detailLine(counts: Counts): string {
  const made: (readonly [number, string, string?])[] = [
    [counts.directoriesMade, "directory", "directories"],
    [counts.symlinksMade, "symlink"],
    [counts.hardLinksMade, "hard link"],
    [counts.specialsMade, "special file"],
  ];
  const madeText = made
    .filter(([count]) => count > 0)
    .map(([count, one, many]) => counted(count, one, many))
    .join(", ");
  return [
    madeText === "" ? "" : `made ${madeText}`,
    counts.entriesMended > 0
      ? `metadata of ${counted(counts.entriesMended, "entry", "entries")} mended`
      : "",
    counts.filesUnchanged > 0 ? `${counted(counts.filesUnchanged, "file")} unchanged` : "",
    counts.bytesReflinked > 0 ? `${formatBytes(counts.bytesReflinked)} shared by reflink` : "",
    counts.bytesSparse > 0 ? `${formatBytes(counts.bytesSparse)} of holes kept` : "",
  ]
    .filter((part) => part !== "")
    .join("; ");
}

function notesLine(counts: Counts): string {
  const notes = [
    counts.notesVanished > 0
      ? `${counted(counts.notesVanished, "entry", "entries")} vanished from the source`
      : "",
    counts.notesNotPermitted > 0
      ? `${counted(counts.notesNotPermitted, "owner, attribute or device node", "owners, attributes or device nodes")} not set: this user may not`
      : "",
    counts.notesUnsupported > 0
      ? `metadata of ${counted(counts.notesUnsupported, "entry", "entries")} left out: the destination's file system cannot hold it`
      : "",
  ].filter((note) => note !== "");
  return notes.length === 0 ? "" : `note: ${notes.join("; ")}`;
}

function endLine(summary: Summary): string {
  const { counts, deletionsWithheld, outcome } = summary;
  const parts = [
    counts.problems > 0 ? `${counted(counts.problems, "entry", "entries")} failed` : "",
    deletionsWithheld === undefined ? "" : `nothing was deleted: ${escapeText(deletionsWithheld)}`,
    outcome === "failed-entries" && summary.verb === "move" && counts.problems > 0
      ? "what failed is still in the source"
      : "",
  ].filter((part) => part !== "");
  return parts.join("; ");
}

function verifyLines(summary: Summary): string[] {
  const { counts, elapsedMs } = summary;
  const looked = `${counted(counts.entriesScanned, "entry", "entries")}, ${formatBytes(counts.bytesCompared)} compared`;
  const words: Partial<Record<Summary["outcome"], string>> = {
    done: "identical",
    differences:
      counts.entriesDiffering === 1
        ? "1 differs"
        : `${formatCount(counts.entriesDiffering)} differ`,
    interrupted: "interrupted",
    stalled: "stalled",
  };
  const word = words[summary.outcome] ?? "not verified";
  const end =
    counts.problems > 0
      ? [`${counted(counts.problems, "entry", "entries")} could not be compared`]
      : [];
  return [`${word}: ${looked} in ${formatDuration(elapsedMs)}`, ...end];
}
