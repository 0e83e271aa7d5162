// A mistake in what was typed: printed plainly, with what to type instead, and never with a stack.

export class UsageError extends Error {
  constructor(
    message: string,
    readonly hint?: string,
  ) {
    super(message);
  }
}
