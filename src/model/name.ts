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

/** The text of raw bytes, invalid UTF-8 shown as U+FFFD. For showing only. */
export function textFromRaw(raw: RawName | RawPath): string {
  return isAscii(raw) ? raw : Buffer.from(raw, "latin1").toString("utf8");
}

/** Well-formed UTF-8 (Unicode, table 3-7), or one byte above 0x7f that is no part of any. */
const CHARACTERS =
  /[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2}|[\x80-\xff]/g;

/** Text in which an invalid byte stands for itself, as U+DC80 to U+DCFF: no two names become one. For matching. */
export function matchTextFromRaw(raw: RawName | RawPath): string {
  const text = textFromRaw(raw);
  if (!text.includes("\uFFFD")) return text;
  return raw.replace(CHARACTERS, (bytes) =>
    bytes.length > 1
      ? Buffer.from(bytes, "latin1").toString("utf8")
      : String.fromCharCode(0xdc00 + bytes.charCodeAt(0)),
  );
}

export function joinRaw(path: RawPath, below: RawName | RawPath): RawPath {
  return (path === "" ? below : path.endsWith("/") ? path + below : `${path}/${below}`) as RawPath;
}

function isAscii(raw: string): boolean {
  for (let i = 0; i < raw.length; i++) if (raw.charCodeAt(i) > 0x7f) return false;
  return true;
}
