// Makes one kind of call many times over and prints each result that came of it once: see interrupted.test.ts, which
// passes the backend, a directory, the system call and how often.

import type { RawName, RawPath } from "#model/name.ts";
import type { Dir, File } from "#platform/platform.ts";
import { BACKENDS } from "./backends.ts";

const [backendName, path, systemCall, count] = process.argv.slice(2);
const platform = BACKENDS.find(({ name }) => name === backendName)?.create();
if (platform === undefined) throw new Error(`No such backend here: ${backendName}`);

const buffer = platform.newIoBuffer(1);
const dir = platform.openRoot(path as RawPath) as Dir;
const file = platform.createFile(dir, "file" as RawName, 0o600) as File;
const copy = platform.createFile(dir, "copy" as RawName, 0o600) as File;
platform.write(file, buffer, 1);

const CALLS: Record<string, () => number> = {
  pread64: () => platform.readAt(file, buffer, 1, 0),
  pwrite64: () => platform.writeAt(file, buffer, 1, 0),
  ftruncate: () => platform.truncate(file, 1),
  fsync: () => platform.syncFile(file),
  syncfs: () => platform.syncFileSystem(dir),
  copy_file_range: () => platform.copyRange(file, copy, 0, 1),
};

const results = new Set<number | undefined>();
for (let i = 0; i < Number(count); i++) results.add(CALLS[systemCall ?? ""]?.());
console.log(JSON.stringify([...results]));
