// The report as one page that needs nothing else: no script, no font, no network, and says so to the browser.

import { formatCount } from "#model/count_text.ts";
import { phaseChart } from "#bench/chart.ts";
import {
  PHASE_NAMES,
  PHASE_TITLES,
  formatBytes,
  formatCounts,
  formatMachine,
  formatMs,
  formatNoise,
  formatPercent,
  formatPlace,
  formatRatio,
  formatSourceChange,
  headline,
  lesserByContender,
} from "#bench/format.ts";
import { Markup, markup } from "#bench/markup.ts";
import { PAGE_STYLE } from "#bench/page_style.ts";
import {
  type BenchReport,
  type PhaseReport,
  type PhaseResult,
  type SourceChange,
  type WorkloadReport,
  measuredPhases,
} from "#bench/report.ts";
import { MIN_ROUNDS_FOR_VERDICT } from "#bench/statistics.ts";

export function renderHtml(report: BenchReport): string {
  const title = headline(report) ?? "What was measured";
  const page = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>blit bench: ${title}</title>
<style>${new Markup(PAGE_STYLE)}</style>
</head>
<body>
<main>
<header>
<p class="overline">blit bench</p>
<h1>${title}</h1>
<p class="facts">${new Date(report.startedAt).toUTCString()}. ${formatMachine(report)}.</p>
${warnings(report)}
</header>
${glance(report)}
${report.workloads.map(workloadSection)}
${legend()}
${methodSection(report)}
</main>
</body>
</html>
`;
  return page.text;
}

function warnings(report: BenchReport): Markup[] {
  const said = [
    ...(report.interrupted ? ["The bench was interrupted: only what is complete is shown."] : []),
    ...(report.noise.quiet ? [] : [`The machine was ${formatNoise(report)}.`]),
  ];
  return said.map((text) => markup`<p class="notice">${text}</p>`);
}

/** Every ratio in one table: what most readers came for. */
function glance(report: BenchReport): Markup | undefined {
  const names = report.contenders.map(({ name }) => name);
  const groups = report.workloads.flatMap((workload) => glanceGroup(workload, names) ?? []);
  if (groups.length === 0) return undefined;
  return markup`<section>
<h2>At a glance</h2>
<p class="soft">How many times as long as the reference each took; below 1 it was faster. In brackets: too close,
or too few runs, for a verdict.</p>
<div class="scroll"><table class="glance">
<tr><th></th>${names.map((name) => markup`<th>${name}</th>`)}</tr>
${groups}
</table></div>
</section>
`;
}

function glanceGroup(
  { name, phases }: WorkloadReport,
  names: readonly string[],
): Markup | undefined {
  const compared = phases.filter(({ results }) =>
    results.some(({ analysis }) => analysis?.ratio !== null),
  );
  if (compared.length === 0) return undefined;
  return markup`<tr class="group"><th colspan="${names.length + 1}">${name}</th></tr>
${compared.map(
  ({ phase, results }) =>
    markup`<tr><td>${PHASE_NAMES[phase]}</td>${names.map((column) =>
      glanceCell(results.find(({ contender }) => contender === column)),
    )}</tr>
`,
)}`;
}

function glanceCell(result: PhaseResult | undefined): Markup {
  if (result?.failure !== null) return markup`<td class="alarm">failed</td>`;
  const { analysis } = result ?? {};
  if (result === undefined || analysis === null) return markup`<td class="soft">–</td>`;
  if (analysis.ratio === null) return markup`<td class="is-reference">1</td>`;
  const { ratio, verdict } = analysis.ratio;
  // Another program may stand in for the contender, whose column this is.
  const who = result.label === result.contender ? "" : ` ${result.label}`;
  const times = `${Number(ratio.toPrecision(2))}×${who}`;
  const isSure = verdict === "slower" || verdict === "faster";
  return isSure ? markup`<td>${times}</td>` : markup`<td class="soft">(${times})</td>`;
}

function workloadSection(workload: WorkloadReport): Markup {
  const phases = measuredPhases(workload);
  return markup`<section>
<h2>${workload.name}: ${workload.title}</h2>
<p class="soft">${formatCounts(workload)}; ${formatPlace(workload)}</p>
${workload.sourceChange === null ? undefined : sourceChangeNotice(workload.sourceChange)}
<div class="charts of-${phases.length}">
${phases.map(phaseCard)}
</div>
${lesserByContender(workload).map(([name, lacking]) => markup`<p class="soft">${name} does less work here; it does not keep: ${lacking}.</p>`)}
<details>
<summary>All figures of ${workload.name}</summary>
${phases.map(figuresTable)}
</details>
</section>
`;
}

function sourceChangeNotice(change: SourceChange): Markup {
  const details = change.details.map((line) => markup`<br>${line}`);
  return markup`<p class="alarm">${formatSourceChange(change)}${details}</p>`;
}

function phaseCard(phase: PhaseReport): Markup {
  const absent = phase.results.filter((result) => result.absent !== null);
  const failed = phase.results.filter((result) => result.failure !== null);
  return markup`<article class="card">
<h3>${PHASE_TITLES[phase.phase]}</h3>
${phaseChart(phase)}
<ul>
${failed.map(failureItem)}
${absent.map((result) => markup`<li class="soft">${result.label}: ${result.absent ?? ""}</li>`)}
</ul>
</article>
`;
}

function failureItem({ label, failure }: PhaseResult): Markup {
  const details = (failure?.details ?? []).map((line) => markup`<br>${line}`);
  return markup`<li class="alarm"><strong>${label} failed</strong>: ${failure?.what}${details}</li>`;
}

function figuresTable({ phase, results }: PhaseReport): Markup {
  const heads = [
    "runs",
    "median",
    "deviation",
    "shortest",
    "longest",
    "95% interval",
    "times as long",
    "user",
    "system",
  ];
  return markup`<div class="scroll"><table>
<caption>${PHASE_TITLES[phase]}</caption>
<tr><th>contender</th>${[...heads, "memory", "switches"].map((head) => markup`<th>${head}</th>`)}</tr>
${results.map(figuresRow)}
</table></div>
`;
}

function figuresRow({ label, analysis }: PhaseResult): Markup {
  if (analysis === null) return markup``;
  const { wallMs, userMs, systemMs, ratio, peakMemoryBytes, contextSwitches } = analysis;
  const cells = [
    `${wallMs.count}`,
    formatMs(wallMs.median),
    formatMs(wallMs.deviation),
    formatMs(wallMs.min),
    formatMs(wallMs.max),
    wallMs.interval === null
      ? ""
      : `${formatMs(wallMs.interval.low)} – ${formatMs(wallMs.interval.high)}`,
    ratio === null ? "1" : formatRatio(ratio),
    formatMs(userMs.median),
    formatMs(systemMs.median),
    peakMemoryBytes === null ? "" : formatBytes(peakMemoryBytes),
    formatCount(Math.round(contextSwitches.median)),
  ];
  return markup`<tr><td>${label}</td>${cells.map((cell) => markup`<td>${cell}</td>`)}</tr>`;
}

function legend(): Markup {
  return markup`<p class="legend">
<span><svg viewBox="0 0 26 14"><rect class="bar" y="1" width="26" height="12" rx="2"/></svg>to the median</span>
<span><svg viewBox="0 0 26 14"><circle class="dot" cx="13" cy="7" r="3"/></svg>one run</span>
<span><svg viewBox="0 0 26 14"><circle class="dot outlier" cx="13" cy="7" r="3"/></svg>a run that stands apart, and counts</span>
<span><svg viewBox="0 0 26 14"><path class="interval" d="M3 2V12M3 7H23M23 2V12"/></svg>95% interval of the median</span>
<span>3×: takes three times as long as the reference; in brackets the 95% interval of that</span>
</p>
`;
}

function methodSection(report: BenchReport): Markup {
  const { machine, workloads } = report;
  const mounts = [
    ...new Set(
      workloads
        .flatMap(({ fileSystem, sourceFileSystem }) => [sourceFileSystem, fileSystem])
        .map(({ kind, options }) => `${kind} (${options})`),
    ),
  ];
  const facts: [string, Markup | string][] = [
    ...report.contenders.map(({ name }): [string, Markup] => [name, contenderFacts(report, name)]),
    ...report.skipped.map(({ name, reason }): [string, string] => [name, `left out: ${reason}`]),
    [
      "machine",
      `${formatMachine(report)}; ${machine.privileged ? "as root" : "without privileges"}`,
    ],
    [
      "noise",
      `${formatNoise(report)}; differences below ${formatPercent(report.noise.spread)}, or below what the rounds themselves vary by, get no verdict`,
    ],
    ["file system", mounts.join("; ")],
    [
      "cache",
      report.coldCache
        ? "emptied before every run, the programs read back in"
        : "warm: sources are read from memory",
    ],
    ["took", formatMs(report.elapsedMs)],
    ...report.notes.map((note): [string, string] => ["note", note]),
    ["again", markup`<code>${report.repeatWith}</code>`],
    ["logs", report.logDirectory],
  ];
  return markup`<section>
<h2>How this was measured</h2>
<p>Every contender ran once in each round, the order reversed every other round, each first copy into an empty folder
of its own. Before each run everything earlier was on disk. After each run, off the clock, the result was compared
with the source by an independent reader: names, kinds, contents, times, modes, owners, hard links and holes, but not
extended attributes and ACLs. Only runs that passed count. Ratios are taken within each round, so that a machine that
slows down or speeds up favours nobody, and summed up by Hodges and Lehmann's estimate; intervals are exact, from ranks (Wilcoxon's
signed-rank test, the sign test), and there are none of fewer than ${MIN_ROUNDS_FOR_VERDICT} rounds. Deletions
came after everything else. Memory is that of the largest single process.</p>
<dl>
${facts.map(([term, text]) => markup`<dt>${term}</dt><dd>${text}</dd>`)}
</dl>
</section>
`;
}

function contenderFacts(report: BenchReport, name: string): Markup {
  const said = report.contenders.find((contender) => contender.name === name);
  const results = report.workloads.flatMap(({ phases }) =>
    phases.flatMap((phase) => phase.results),
  );
  const commands = results.flatMap(({ contender, command }) =>
    contender === name && command !== "" ? [command] : [],
  );
  const remark = said?.remark ? `; ${said.remark}` : "";
  return markup`${said?.version}${remark}${[...new Set(commands)].map((command) => markup`<code>${command}</code>`)}`;
}
