// verify as a run: the same walk of both trees by the same crew, but nothing is brought to the destination.

import type { RunOptions, VerifyOptions } from "#model/options.ts";
import type { Summary } from "#model/summary.ts";
import { run, type RunHooks } from "./run.ts";

/** Compares to the end; the differences are events. The summary has been emitted as the last one. */
export function verify(
  options: VerifyOptions,
  hooks: Pick<RunHooks, "emit" | "isWatched">,
): Promise<Summary> {
  return run(asRun(options), { ...hooks, confirmDeletions: undefined });
}

function asRun(options: VerifyOptions): RunOptions {
  const { source, destination, filter, oneFileSystem, workers } = options;
  return {
    verb: "verify",
    sources: [source],
    destination,
    compare: {
      checksum: !options.quick,
      sizeOnly: false,
      ignoreTimes: false,
      ignoreExisting: false,
      update: false,
      preserveOwner: options.preserveOwner,
      preserveXattrs: options.preserveXattrs,
      unshare: true,
    },
    filter,
    oneFileSystem,
    workers,
    // Nothing of what follows is written, asked or deleted by a verify.
    dryRun: true,
    yes: true,
    maxDelete: undefined,
    allowEmptySource: true,
    durable: false,
    reportEntries: false,
    log: undefined,
  };
}
