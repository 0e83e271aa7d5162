// Events as lines of JSON: what --json prints and --log keeps. The schema is events.schema.json beside this
// file; `v` is in every line and grows when a field changes its meaning or goes away, never when one is added.

import type { RunEvent } from "#model/event.ts";
import type { RawPath } from "#model/name.ts";
import type { Mapping } from "#model/options.ts";
import { describeProblem } from "./problem.ts";
import { decoded } from "./escape.ts";
import { exitCode } from "../exit_code.ts";

export const JSON_VERSION = 1;

type Fields = Readonly<Record<string, unknown>>;

/** One line without its newline; every event has one. */
export function jsonLine(event: RunEvent, extra: Fields = {}): string {
  return JSON.stringify({ v: JSON_VERSION, ...extra, type: event.type, ...fieldsOf(event) });
}

function fieldsOf(event: RunEvent): Fields {
  switch (event.type) {
    case "resolved":
      return {
        verb: event.verb,
        mappings: event.mappings.map(mappingFields),
      };
    case "entry": {
      const { action, path, sizeBytes, reason } = event;
      return { action, ...pathFields("path", path), sizeBytes, reason };
    }
    case "difference":
      return { ...pathFields("path", event.path), what: event.what };
    case "progress": {
      const { path, counts, totalsFinal, elapsedMs, remainingMs } = event;
      const current = path === undefined ? {} : pathFields("path", path);
      return { counts, totalsFinal, elapsedMs, remainingMs, ...current };
    }
    case "problem": {
      const { problem, root } = event;
      const { side, path, operation, code, severity } = problem;
      const place = { ...pathFields("root", root), ...pathFields("path", path) };
      return { side, ...place, operation, code, severity, ...describeProblem(problem, root) };
    }
    case "summary":
      return { ...event.summary, exitCode: exitCode(event.summary) };
    case "phase":
    case "note":
    case "detail":
    case "refused":
    case "stall":
      return event;
  }
}

export function mappingFields({ source, destination }: Mapping): Fields {
  return { ...pathFields("source", source), ...pathFields("destination", destination) };
}

/** The path as text, and where it is not UTF-8 its bytes too, since the text then cannot name it. */
export function pathFields(key: string, raw: RawPath): Fields {
  const bytes = Buffer.from(raw, "latin1");
  const text = decoded(bytes);
  if (text !== undefined) return { [key]: text };
  return { [key]: bytes.toString("utf8"), [`${key}Base64`]: bytes.toString("base64") };
}
