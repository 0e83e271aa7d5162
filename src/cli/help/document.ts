// Help as data: headed sections of blocks. One writer makes plain text of it (plain_text.ts), another the manual
// page (manual.ts).

export type Block =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "code"; readonly lines: readonly string[] }
  /** Terms and what they mean. */
  | {
      readonly kind: "terms";
      readonly rows: readonly (readonly [term: string, meaning: string])[];
    };

export interface Section {
  /** Empty for what comes first. */
  readonly heading: string;
  readonly blocks: readonly Block[];
}

export function text(...sentences: readonly string[]): Block {
  return { kind: "text", text: sentences.join(" ") };
}

export function code(...lines: readonly string[]): Block {
  return { kind: "code", lines };
}

export function terms(...rows: readonly (readonly [string, string])[]): Block {
  return { kind: "terms", rows };
}
