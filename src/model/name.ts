// Names as the kernel knows them: bytes. A POSIX name need not be UTF-8, so every byte is kept as one
// latin1 character; the brands keep such strings apart from text meant for people.

declare const rawName: unique symbol;
declare const rawPath: unique symbol;

/** One path component, each byte one latin1 character. Never empty, never "." or "..", holds no "/". */
export type RawName = string & { readonly [rawName]: true };

/** Names joined by "/", relative to a root; "" is the root itself. Also used for absolute paths. */
export type RawPath = string & { readonly [rawPath]: true };

export const ROOT_PATH = "" as RawPath;

/** The bytes of text typed by a person (argv, a filter file), as a raw path. */
export function rawFromText(text: string): RawPath {
  return (isAscii(text) ? text : Buffer.from(text, "utf8").toString("latin1")) as RawPath;
}

/** The text of raw bytes, invalid UTF-8 shown as U+FFFD. For showing and for matching filters only. */
export function textFromRaw(raw: RawName | RawPath): string {
  return isAscii(raw) ? raw : Buffer.from(raw, "latin1").toString("utf8");
}

export function joinRaw(path: RawPath, name: RawName): RawPath {
  return (path === "" ? name : path.endsWith("/") ? path + name : `${path}/${name}`) as RawPath;
}

function isAscii(raw: string): boolean {
  for (let i = 0; i < raw.length; i++) if (raw.charCodeAt(i) > 0x7f) return false;
  return true;
}
