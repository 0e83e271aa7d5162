// Sources made from the workloads, their copies, and what is judged of them.

import { join } from "node:path";
import * as fs from "node:fs";
import { FreshDirectories } from "#bench/fresh_directory.ts";
import { type Attribute, type Verdict, judge } from "#bench/judge.ts";
import { readManifest } from "#bench/manifest.ts";
import { type Source, readSource } from "#bench/source.ts";
import { WORKLOADS, type WorkloadName, generate } from "#bench/workloads.ts";

const { signal } = new AbortController();

export async function makeSource(scratch: string, name: WorkloadName): Promise<Source> {
  const root = join(scratch, "source");
  generate(WORKLOADS[name], root, "1", 0.01);
  return readSource(root, new FreshDirectories(scratch, "tmpfs"), signal);
}

export async function judged(
  source: Source,
  copy: string,
  claims: ReadonlySet<Attribute>,
): Promise<Verdict> {
  return judge(source.manifest, await readManifest(copy, signal), claims);
}

export function copyTree(from: string, to: string): void {
  fs.mkdirSync(to);
  const { exitCode, stderr } = Bun.spawnSync(["cp", "-a", `${from}/.`, `${to}/`]);
  if (exitCode !== 0) throw new Error(stderr.toString());
}
