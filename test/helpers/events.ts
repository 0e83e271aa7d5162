// What a run said with --json.

export interface JsonEvent {
  readonly type: string;
  readonly path?: string;
  readonly what?: readonly string[];
  readonly action?: string;
  readonly message?: string;
  readonly code?: string;
  readonly severity?: string;
  readonly counts?: Readonly<Record<string, number>>;
  readonly mappings?: readonly { readonly source: string; readonly destination: string }[];
}

export function jsonEvents(stdout: string): JsonEvent[] {
  return stdout
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as JsonEvent);
}

/** What the summary counts. */
export function countsOf(events: readonly JsonEvent[]): Readonly<Record<string, number>> {
  return events.find(({ type }) => type === "summary")?.counts ?? {};
}

/** The differences of a verify, in an order that threads do not decide. */
export function differences(stdout: string): string[] {
  return jsonEvents(stdout)
    .filter(({ type }) => type === "difference")
    .map(({ path, what }) => `${path === "" ? "." : path}: ${what?.join(", ")}`)
    .toSorted();
}

/** The entries of a run, likewise. */
export function entries(stdout: string): string[] {
  return jsonEvents(stdout)
    .filter(({ type }) => type === "entry")
    .map(({ action, path }) => `${action} ${path}`)
    .toSorted();
}
