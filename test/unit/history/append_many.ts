// A process of its own that keeps a number of runs, as so many blits would: append_many.ts BACKEND COUNT MARK.

import { formatLine } from "#history/record.ts";
import { Store } from "#history/store.ts";
import { BACKENDS } from "#test/conformance/backends.ts";
import { recordOf } from "./records.ts";

const [name, count, mark] = process.argv.slice(2);
const backend = BACKENDS.find((candidate) => candidate.name === name);
if (backend === undefined) throw new Error(`no backend ${name}`);
const platform = backend.create();
platform.clearUmask();
for (let run = 0; run < Number(count); run++) {
  const record = recordOf({ entriesScanned: Number(mark), filesCopied: run });
  const kept = new Store(platform, process.env).append(formatLine(record));
  if (!kept) process.exit(1);
}
