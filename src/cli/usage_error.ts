// A mistake in what was typed: printed plainly, with what to type instead, and never with a stack.

export class UsageError extends Error {
  /** A line each. */
  readonly hints: readonly string[];

  constructor(message: string, ...hints: readonly (string | undefined)[]) {
    super(message);
    this.hints = hints.filter((hint) => hint !== undefined);
  }
}
