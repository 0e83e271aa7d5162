import { describe, expect, test } from "bun:test";
import type { RawPath } from "#model/name.ts";
import { Control, createSharedMemory } from "#engine/shared/memory.ts";
import { NO_TASK, TaskKind } from "#engine/shared/task.ts";
import { Tasks } from "#engine/shared/tasks.ts";

describe("followUp()", () => {
  const directory = { kind: TaskKind.directory, root: 2, text: "a/b" };
  const attributes = { mode: 0o555, uid: 1, gid: 2, mtimeSec: -3, mtimeNsec: 4 };

  test("is one for all threads that are in a directory, with its attributes", () => {
    const memory = createSharedMemory();
    const [one, other] = [new Tasks(memory), new Tasks(memory)];
    const task = one.createHeld(directory);
    one.setAttributes(task, attributes);
    const made = one.followUp(task, TaskKind.place);
    expect(made).not.toBe(NO_TASK);
    expect(other.followUp(task, TaskKind.place)).toBe(made);
    expect(other.attributes(made)).toEqual(attributes);
    expect([other.root(made), other.path(made)]).toEqual([2, "a/b" as RawPath]);
    expect(one.followUp(made, TaskKind.directory)).not.toBe(made);
  });

  test("is finished by the last that holds it, when the directory has been left", () => {
    const tasks = new Tasks(createSharedMemory());
    const task = tasks.createHeld(directory);
    const parent = tasks.followUp(task, TaskKind.place);
    const names = ["x", "y"];
    for (const text of names)
      tasks.defer(Control.doomedHead, { kind: TaskKind.deletion, parent, text });
    expect(tasks.letGo(task)).toBeTrue();
    tasks.leave(task);
    expect(names.map(() => tasks.letGo(parent))).toEqual([false, true]);
  });
});

test("release() counts what will add to the totals, as push() does", () => {
  const memory = createSharedMemory();
  const tasks = new Tasks(memory);
  for (const kind of [TaskKind.batch, TaskKind.deletion])
    tasks.defer(Control.revisitHead, { kind });
  expect(memory.control[Control.unlisted]).toBe(0);
  tasks.release(Control.revisitHead);
  expect(memory.control[Control.unlisted]).toBe(1);
  for (let task = tasks.take(); task !== NO_TASK; task = tasks.take())
    tasks.worked(tasks.kind(task));
  expect(memory.control[Control.unlisted]).toBe(0);
  expect(tasks.outstanding).toBe(0);
});
