// The peer as an oracle: rsync, asked what it would still change after blit is done.

/** undefined where rsync is not installed. */
export const RSYNC: string | undefined = Bun.which("rsync") ?? undefined;

/**
 * What rsync would transfer, mend or delete so that dst equals src; "" says the trees are equal in all that
 * rsync can see: not paths beyond PATH_MAX (exclude those), nor whether holes stayed holes. Times are compared to the nanosecond.
 */
export async function rsyncDifferences(
  src: string,
  dst: string,
  excludes: readonly string[] = [],
): Promise<string> {
  if (RSYNC === undefined) throw new Error("rsync is not installed");
  const args = ["-aHAXSnic", "--delete", "--numeric-ids", "--modify-window=-1"];
  // xfs shows a POSIX ACL a second time under a name of its own, which belongs on no other file system.
  args.push("--filter=-x trusted.SGI_ACL_*");
  const excluded = excludes.map((pattern) => `--exclude=${pattern}`);
  const run = Bun.spawn([RSYNC, ...args, ...excluded, `${src}/`, `${dst}/`], {
    stdout: "pipe",
    stderr: "pipe",
  });
  const [output, complaint] = await Promise.all([
    new Response(run.stdout).text(),
    new Response(run.stderr).text(),
  ]);
  const code = await run.exited;
  return code === 0 ? output : `${output}rsync ended with code ${code}: ${complaint}`;
}
