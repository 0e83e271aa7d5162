// Something of another kind stands where a source entry must go. What is not a directory is replaced like any old version.
// A directory goes only with its contents: mirror deletes it with the rest, at the end, and comes back; copy and move
// take an empty one away and refuse a full one.

import { Kind, type Stat } from "#model/entry.ts";
import type { RawName } from "#model/name.ts";
import { Errno } from "#platform/errno.ts";
import type { DirectoryPair } from "./directory_pair.ts";
import { encodeNames } from "./name_list.ts";
import { noteExtras } from "./extras.ts";
import { Failure, must } from "./failure.ts";
import { Control } from "./shared/memory.ts";
import { NO_TASK, TaskFlag, TaskKind } from "./shared/tasks.ts";

/** True where the entry can be made now, replacing what is there. Throws Failure. */
export function makeWay(pair: DirectoryPair, name: RawName, target: Stat): boolean {
  if (target.kind !== Kind.directory) return true;
  const { thread, task } = pair;
  if (thread.options.verb !== "mirror") return removeEmpty(pair, name);
  const { tasks } = thread;
  noteExtras(pair, [{ name, kind: Kind.directory }]);
  if (thread.options.dryRun) return true;
  const root = tasks.root(task);
  const place = tasks.createHeld({
    kind: TaskKind.directory,
    parent: NO_TASK,
    root,
    flags: TaskFlag.dirty,
    text: pair.path,
  });
  tasks.setAttributes(place, tasks.attributes(task));
  const text = encodeNames({ names: [name], kinds: [Kind.unknown] });
  tasks.defer(Control.revisitHead, {
    kind: TaskKind.batch,
    parent: place,
    root,
    flags: 0,
    text,
  });
  tasks.letGo(place);
  return false;
}

function removeEmpty(pair: DirectoryPair, name: RawName): boolean {
  const { thread } = pair;
  const removed = thread.platform.removeDir(pair.written, name);
  if (removed === -Errno.ENOTEMPTY || removed === -Errno.EEXIST) {
    throw new Failure("destination", "replace", -Errno.ENOTEMPTY);
  }
  must(removed, "destination", "remove");
  pair.touch();
  return true;
}
