import { rawFromText } from "#model/name.ts";
import type { Verb } from "#model/options.ts";
if (!Bun.isMainThread) await import("#engine/worker.ts");
else {
  const { run } = await import("#orchestrator/run.ts");
  const a = process.argv.slice(2);
  const flags = a.filter((x) => x.startsWith("--"));
  const [verb, ...paths] = a.filter((x) => !x.startsWith("--"));
  const s = await run(
    {
      verb: verb as Verb,
      sources: paths.slice(0, -1).map(rawFromText),
      destination: rawFromText(paths.at(-1) ?? ""),
      compare: {
        checksum: flags.includes("--checksum"),
        sizeOnly: false,
        ignoreTimes: false,
        ignoreExisting: false,
        update: false,
        preserveOwner: true,
        preserveXattrs: true,
      },
      filter: undefined,
      dryRun: flags.includes("--dry-run"),
      yes: true,
      maxDelete: undefined,
      allowEmptySource: true,
      durable: false,
      oneFileSystem: false,
      reportEntries: flags.includes("--dry-run"),
      workers: undefined,
    },
    {
      emit: (e) => {
        if (e.type !== "progress" && e.type !== "summary") console.log(JSON.stringify(e));
      },
      confirmDeletions: undefined,
    },
  );
  console.log(
    s.outcome,
    s.elapsedMs.toFixed(1),
    Object.entries(s.counts)
      .filter(([, v]) => v)
      .map(([k, v]) => `${k}=${v}`)
      .join(" "),
  );
  process.exit(s.outcome === "done" ? 0 : 3);
}
