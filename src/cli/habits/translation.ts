// What blit makes of one option of another tool.

export interface Translation {
  /** What blit needs of it; undefined where blit does it without asking. */
  readonly becomes?: string;
  readonly takesValue?: boolean;
  readonly mirrors?: boolean;
  readonly moves?: boolean;
  readonly itemizes?: boolean;
  /** Blit has no such thing. */
  readonly hasNoCounterpart?: boolean;
}

export const BY_ITSELF: Translation = {};
export const BY_ITSELF_VALUE: Translation = { takesValue: true };
export const MIRRORS: Translation = { mirrors: true };
export const MOVES: Translation = { moves: true };
export const NOT_THERE: Translation = { hasNoCounterpart: true };
export const NOT_THERE_VALUE: Translation = { hasNoCounterpart: true, takesValue: true };

export type Table = Readonly<Record<string, Translation>>;

/** What a table says of a word as typed, which may be "constructor": that every object has. */
export function lookUp<Row>(table: Readonly<Record<string, Row>>, word: string): Row | undefined {
  return Object.hasOwn(table, word) ? table[word] : undefined;
}

/** One row for each of the words. */
export function rows(words: string, translation: Translation): Table {
  return Object.fromEntries(words.split(" ").map((word) => [word, translation]));
}
