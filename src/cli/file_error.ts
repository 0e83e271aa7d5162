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
  const { reason, remedy } = explain({ side: "destination", operation, code });
  const hint = code === "ENOENT" ? undefined : remedy;
  return new UsageError(`${option}: cannot ${operation} ${textFromRaw(path)}: ${reason}`, hint);
}

const EMPTY_HINT = "is a variable of the shell not set?";
