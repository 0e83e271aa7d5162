// What a run has done, in two or three lines. Pure.

import { counted, formatCount } from "#model/count_text.ts";
import type { Counts, Summary } from "#model/summary.ts";
import { escapeText } from "./escape.ts";
import { formatBytes, formatDuration } from "./quantity.ts";

/** The lines of the summary; the first always says how it ended. */
export function summaryLines(summary: Summary): string[] {
  if (summary.verb === "verify") return verifyLines(summary);
  const did = whatWasDone(summary);
  const made = madeText(summary.counts);
  const what = did !== "" ? did : made !== "" ? `made ${made}` : "copied nothing";
  return [
    `${opening(summary)}${what} in ${formatDuration(summary.elapsedMs)}${rate(summary)}`,
    detailLine(summary, did === "" ? "" : made),
    notesLine(summary.counts),
    endLine(summary),
  ].filter((line) => line !== "");
}

function whatWasDone(summary: Summary): string {
  const { counts, dryRun, deletionsWithheld } = summary;
  const { filesCopied, bytesCopied, entriesMoved, sourcesRemoved, entriesDeleted } = counts;
  const hasMoved = isMoved(summary);
  const renamed = entriesMoved - sourcesRemoved;
  const isDeleting = entriesDeleted > 0 && !(dryRun && deletionsWithheld !== undefined);
  return joined([
    filesCopied > 0
      ? `${hasMoved ? "moved" : "copied"} ${counted(filesCopied, "file")}, ${formatBytes(bytesCopied)}`
      : "",
    renamed > 0 ? `renamed ${entries(renamed)}` : "",
    sourcesRemoved > 0 && !(hasMoved && sourcesRemoved === filesCopied)
      ? `removed ${entries(sourcesRemoved)} from the source`
      : "",
    isDeleting ? `deleted ${entries(entriesDeleted)}` : "",
  ]);
}

/** What was copied is in the source no more. */
function isMoved({ verb, outcome, dryRun, counts }: Summary): boolean {
  if (verb !== "move") return false;
  return dryRun || (outcome === "done" && counts.sourcesRemoved >= counts.filesCopied);
}

function opening(summary: Summary): string {
  const end = howItEnded(summary);
  if (summary.dryRun) return `${joined(["dry run", end], ", ")}, nothing was changed: would have `;
  if (summary.outcome === "interrupted") return `${end}, the destination is consistent: `;
  return end === "" ? "" : `${end}: `;
}

function howItEnded({ outcome, signal, unreached }: Summary): string {
  switch (outcome) {
    case "done":
    case "failed-entries":
    // Of the deletions alone: everything before them was done.
    case "refused":
      return unreached === undefined ? "" : "stopped";
    case "interrupted":
      return `interrupted (${signal ?? "SIGINT"})`;
    case "stalled":
      return "stalled";
    default:
      return "stopped";
  }
}

function rate({ counts, elapsedMs, dryRun }: Summary): string {
  const { filesCopied, bytesCopied } = counts;
  if (filesCopied === 0 || bytesCopied === 0 || elapsedMs < 1 || dryRun) return "";
  return ` (${formatBytes((bytesCopied / elapsedMs) * 1000)}/s)`;
}

function madeText(counts: Counts): string {
  const made: (readonly [number, string, string?])[] = [
    [counts.directoriesMade, "directory", "directories"],
    [counts.symlinksMade, "symlink"],
    [counts.hardLinksMade, "hard link"],
    [counts.specialsMade, "special file"],
  ];
  return made
    .filter(([count]) => count > 0)
    .map(([count, one, many]) => counted(count, one, many))
    .join(", ");
}

function detailLine({ counts, dryRun }: Summary, made: string): string {
  const mended = entries(counts.entriesMended);
  return joined([
    made === "" ? "" : `${dryRun ? "would make" : "made"} ${made}`,
    counts.entriesMended > 0
      ? dryRun
        ? `would mend the metadata of ${mended}`
        : `metadata of ${mended} mended`
      : "",
    counts.filesUnchanged > 0 ? `${counted(counts.filesUnchanged, "file")} unchanged` : "",
    counts.bytesReflinked > 0 ? `${formatBytes(counts.bytesReflinked)} shared by reflink` : "",
    counts.bytesSparse > 0 ? `${formatBytes(counts.bytesSparse)} of holes kept` : "",
  ]);
}

function notesLine(counts: Counts): string {
  const notes = joined([
    counts.notesVanished > 0 ? `${entries(counts.notesVanished)} vanished from the source` : "",
    counts.notesNotPermitted > 0
      ? `${counted(counts.notesNotPermitted, "owner, attribute or device node", "owners, attributes or device nodes")} not set: this user may not`
      : "",
    counts.notesUnsupported > 0
      ? `metadata of ${entries(counts.notesUnsupported)} left out: the destination's file system cannot hold it`
      : "",
  ]);
  return notes === "" ? "" : `note: ${notes}`;
}

function endLine(summary: Summary): string {
  const { counts, deletionsWithheld, dryRun } = summary;
  const nothing = dryRun ? "nothing would be deleted" : "nothing was deleted";
  return joined([
    counts.problems > 0 ? `${entries(counts.problems)} failed` : "",
    unreachedText(summary),
    deletionsWithheld === undefined ? "" : `${nothing}: ${escapeText(deletionsWithheld)}`,
    leftInSource(summary),
  ]);
}

/** Of a run that ended before its time. */
function unreachedText({ unreached, counts, dryRun }: Summary): string {
  if (unreached === undefined || dryRun) return "";
  const { files, bytes, totalsFinal } = unreached;
  const planned = `${formatCount(counts.filesPlanned)}${totalsFinal ? "" : "+"} files`;
  const left = joined(
    [
      files > 0 ? `${formatCount(files)} of ${planned}, ${formatBytes(bytes)}` : "",
      totalsFinal ? "" : "what was not looked at yet",
    ],
    ", and ",
  );
  return left === "" ? "" : `not copied: ${left}`;
}

function leftInSource({ verb, outcome, dryRun, counts, unreached }: Summary): string {
  const isWhole = unreached === undefined && outcome !== "failed-entries";
  if (verb !== "move" || dryRun || isWhole) return "";
  if (counts.entriesMoved === 0) return "everything is still in the source";
  const isRestLeft = unreached !== undefined || counts.sourcesRemoved < counts.filesCopied;
  return `${isRestLeft ? "the rest" : "what failed"} is still in the source`;
}

function verifyLines(summary: Summary): string[] {
  const { counts, elapsedMs } = summary;
  const looked = `${entries(counts.entriesScanned)}, ${formatBytes(counts.bytesCompared)} compared`;
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
  const end = counts.problems > 0 ? [`${entries(counts.problems)} could not be compared`] : [];
  return [`${word}: ${looked} in ${formatDuration(elapsedMs)}`, ...end];
}

function entries(count: number): string {
  return counted(count, "entry", "entries");
}

function joined(parts: readonly string[], by = "; "): string {
  return parts.filter((part) => part !== "").join(by);
}
