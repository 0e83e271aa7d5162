// How one entry fails inside the engine: thrown where a system call was refused, caught where entries are handled, and
// turned into a Problem there. Never leaves the engine.

import { compileOnce } from "#platform/compiler.ts";
import type { Side } from "#model/problem.ts";
import { errnoName } from "#platform/errno.ts";
import { UNSUPPORTED } from "#platform/platform.ts";

export class Failure extends Error {
  readonly side: Side;
  readonly operation: string;
  /** -errno, or 0 where the code is a word of blit's own. */
  readonly result: number;
  readonly code: string;

  constructor(side: Side, operation: string, result: number, code?: string) {
    super(operation);
    this.side = side;
    this.operation = operation;
    this.result = result;
    this.code = code ?? codeOf(result);
  }
}

/** The code of a problem, for what a platform call returned. */
export function codeOf(result: number): string {
  return result === UNSUPPORTED ? "EOPNOTSUPP" : errnoName(result);
}

/** The source moved under the reader: the copy is discarded and tried again. */
export class SourceChanged extends Error {}

/** The run is being cancelled: what this entry began is undone, and no problem is reported. */
export class Cancelled extends Error {}

/** Returns what a platform call returned; throws where it failed. */
export function must(result: number, side: Side, operation: string): number {
  if (result < 0) throw new Failure(side, operation, result);
  return result;
}

compileOnce(must);
