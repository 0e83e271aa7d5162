// The question before deletions as a run sees it: who was asked has said yes, or no, or nothing at all.

import type { DeletionPreview } from "./deletions.ts";

/** none: the input ended, or the run was interrupted. */
export type Answer = "yes" | "no" | "none";

/** Asks; an interruption is answer enough. */
export type AskUser = (preview: DeletionPreview, interruption: Promise<void>) => Promise<Answer>;

export class Consent {
  #answer: Answer | undefined;
  /** Undefined where nobody is asked. */
  readonly ask: ((preview: DeletionPreview) => Promise<boolean>) | undefined;

  constructor(askUser: AskUser | undefined, interruption: Promise<void>) {
    if (askUser === undefined) return;
    this.ask = async (preview) => {
      this.#answer = await askUser(preview, interruption);
      return this.#answer === "yes";
    };
  }

  /** The question was asked and not answered. */
  get isUnanswered(): boolean {
    return this.#answer === "none";
  }
}
