// Names as text: what a platform lists into that has no better way, and what names are once they leave their listing.

import type { RawName } from "#model/name.ts";
import type { Listing } from "./platform.ts";

export class TextNames implements Listing {
  readonly names: RawName[];
  readonly kinds: number[];

  constructor(names: RawName[] = [], kinds: number[] = []) {
    this.names = names;
    this.kinds = kinds;
  }

  get count(): number {
    return this.names.length;
  }

  add(name: RawName, kind: number): void {
    this.names.push(name);
    this.kinds.push(kind);
  }

  text(index: number): RawName {
    return this.names[index] as RawName;
  }
}
