// A directory stands where an entry of another kind must go. It goes only with its contents: mirror deletes it with the
// rest, at the end, and comes back; copy and move take an empty one away and refuse a full one.

import { Kind } from "#model/entry.ts";
import { joinRaw, type RawName, ROOT_PATH } from "#model/name.ts";
import { Errno } from "#platform/errno.ts";
import type { Dir } from "#platform/platform.ts";
import type { DirectoryPair } from "./directory_pair.ts";
import { TextNames } from "#platform/text_names.ts";
import { encodeNames } from "./name_list.ts";
import { noteExtras } from "./extras.ts";
import { Failure, must } from "./failure.ts";
import { Control } from "./shared/memory.ts";
import { TaskFlag, TaskKind } from "./shared/task.ts";

/** True where the directory of that name is gone, and the entry can be made now. Throws Failure. */
export function makeWay(pair: DirectoryPair, name: RawName): boolean {
  const { thread, task } = pair;
  if (thread.options.verb !== "mirror") return removeEmpty(pair, name);
  const { tasks } = thread;
  // It is still there after the deletions: something in it is protected.
  if (tasks.hasFlag(task, TaskFlag.revisit))
    throw new Failure("destination", "replace", -Errno.ENOTEMPTY);
  noteExtras(pair, [{ name, kind: Kind.directory }]);
  if (thread.options.dryRun) return true;
  const root = tasks.root(task);
  const place = tasks.createHeld({
    kind: TaskKind.directory,
    root,
    flags: TaskFlag.dirty | TaskFlag.revisit | TaskFlag.seen,
    text: pair.path,
  });
  tasks.setAttributes(place, tasks.attributes(task));
  const text = encodeNames(new TextNames([name], [Kind.unknown]));
  tasks.defer(Control.revisitHead, {
    kind: TaskKind.batch,
    parent: place,
    root,
    text,
  });
  tasks.letGo(place);
  return false;
}

function removeEmpty(pair: DirectoryPair, name: RawName): boolean {
  const { platform } = pair.thread;
  const dir = must(
    platform.openBeneath(pair.written, joinRaw(ROOT_PATH, name)),
    "destination",
    "open",
  ) as Dir;
  const entries = platform.countEntries(dir);
  platform.closeDir(dir);
  if (entries !== 0) throw new Failure("destination", "replace", -Errno.ENOTEMPTY);
  pair.touch();
  must(platform.removeDir(pair.written, name), "destination", "replace");
  return true;
}
