// What a run must never leave behind.

/** As an entry's path in a manifest: the last component is one of blit's temporary names. */
const TEMPORARY = /(^|\/)\.blit-[^/]+\.tmp$/;

/** The temporary files among the paths of a manifest. */
export function temporaries(paths: Iterable<string>): string[] {
  return [...paths].filter((path) => TEMPORARY.test(path));
}
