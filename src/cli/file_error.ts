// A file that an option names and that cannot be had.

import { explain } from "#model/explanation.ts";
import { textFromRaw, type RawPath } from "#model/name.ts";
import { UsageError } from "./usage_error.ts";

/** `error` is what node or Bun threw; `operation` as in Problem. */
export function fileError(
  option: string,
  operation: string,
  path: RawPath,
  error: unknown,
): UsageError {
  if (path === "") return new UsageError(`${option}: the path is empty`, EMPTY_HINT);
  const code = (error as { code?: string }).code ?? String(error);
  if (code === "EISDIR") {
    return new UsageError(`${option}: ${textFromRaw(path)} is a directory`, "name a file in it");
  }
  const { reason, remedy } = reasonFor(operation, code);
  return new UsageError(`${option}: cannot ${operation} ${textFromRaw(path)}: ${reason}`, remedy);
}

/** A path as typed: nothing has vanished, and to run again is no remedy. */
function reasonFor(operation: string, code: string): ReturnType<typeof explain> {
  const missing = MISSING.get(code);
  if (missing === undefined) return explain({ side: "destination", operation, code });
  const remedy =
    operation === "read" ? "is it spelt right?" : "its folder must be there: make it first";
  return { reason: `${missing} (${code})`, remedy };
}

const MISSING: ReadonlyMap<string, string> = new Map([
  ["ENOENT", "it is not there"],
  ["ENOTDIR", "something on the way is no directory"],
]);

const EMPTY_HINT = "is a variable of the shell not set?";
