// blit bench: measures the executable that is running against other tools. The measuring is in src/bench.

import * as fs from "node:fs/promises";
import { dirname, join } from "node:path";
import { type BenchIo, CannotBench } from "#bench/options.ts";
import { type BenchReport, hasFailures } from "#bench/report.ts";
import { renderHtml } from "#bench/report_html.ts";
import { renderTable } from "#bench/report_table.ts";
import { runBench } from "#bench/run.ts";
import { type RawPath, textFromRaw } from "#model/name.ts";
import { ExitCode } from "../exit_code.ts";
import { fileError } from "../file_error.ts";
import { resolveBench } from "../options/bench_options.ts";
import { isGiven, lastValue } from "../options/parse.ts";
import { escapeText } from "../render/escape.ts";
import { mayColor } from "../render/console.ts";
import { StatusLine } from "../render/status_line.ts";
import type { Command, Context } from "./command.ts";

const FALLBACK_COLUMNS = 100;
/** The colon of Windows' "B:\~BUN" keeps it apart from any path of a source. */
const EMBEDDED = /^(\/\$bunfs\/|[A-Z]:[\\/]~BUN[\\/])/;

/**
 * Bun's allocator gives memory back to the kernel from a thread of its own, 0.1 s and later after it was freed: what is
 * garbage after one run took 15 ms of processor time from the next, whoever's that was. Told so, it keeps what it has.
 */
const KEEPS_MEMORY = { name: "MIMALLOC_PURGE_DELAY", value: "-1" };

export const bench: Command = async (invocation, context) => {
  const options = resolveBench(invocation, context.environment);
  const isCompiled = EMBEDDED.test(Bun.main);
  const { [KEEPS_MEMORY.name]: purgeDelay, ...environment } = context.environment;
  if (isCompiled && process.platform === "linux" && purgeDelay === undefined) await beginAgain();
  const page = lastValue(invocation, "html");
  if (page !== undefined) await checkPage(page);
  const interruption = watchInterruption(context);
  const status = new StatusLine(context.console);
  try {
    const report = await runBench(options, {
      self: isCompiled ? [process.execPath] : undefined,
      environment,
      signal: interruption.signal,
      status: (text) => status.show(text),
      working: interruption.working,
    });
    await keep(report);
    const isWritten = page === undefined || (await writePage(textFromRaw(page), report, context));
    print(report, isGiven(invocation, "json"), context);
    const isWell = isWritten && !hasFailures(report);
    return interruption.exitCode ?? (isWell ? ExitCode.done : ExitCode.failedEntries);
  } catch (error) {
    if (!(error instanceof CannotBench)) throw error;
    const hint = error.hint === undefined ? "" : `  ${escapeText(error.hint)}\n`;
    context.console.err.write(`blit: ${escapeText(error.message)}\n${hint}`);
    return ExitCode.couldNotRun;
  } finally {
    interruption.end();
  }
};

/** Where that fails the bench goes on as it is. */
async function beginAgain(): Promise<void> {
  const { beginAgainWith } = await import("#platform/linux/begin_again.ts");
  beginAgainWith(`${KEEPS_MEMORY.name}=${KEEPS_MEMORY.value}`);
}

/** Everything about the run stays beside its log, whatever was asked for on the command line. */
async function keep(report: BenchReport): Promise<void> {
  const table = renderTable(report, { columns: FALLBACK_COLUMNS, color: false });
  const files = {
    "report.json": JSON.stringify(report),
    "report.txt": table,
    "report.html": renderHtml(report),
  };
  for (const [name, text] of Object.entries(files)) {
    await fs.writeFile(join(report.logDirectory, name), text);
  }
}

/** Said before minutes of measuring, not after them. Throws UsageError. */
async function checkPage(page: RawPath): Promise<void> {
  const path = textFromRaw(page);
  try {
    if (await isDirectory(path)) throw Object.assign(new Error(path), { code: "EISDIR" });
    await fs.access(dirname(path), fs.constants.W_OK | fs.constants.X_OK);
  } catch (error) {
    throw fileError("--html", "create", page, error);
  }
}

async function isDirectory(path: string): Promise<boolean> {
  const stat = await fs.stat(path).catch(() => undefined);
  return stat?.isDirectory() === true;
}

/** Minutes of measuring are not thrown away because a folder is gone: the page is with the log, too. */
async function writePage(
  path: string,
  report: BenchReport,
  { console }: Context,
): Promise<boolean> {
  try {
    await fs.writeFile(path, renderHtml(report));
    return true;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const kept = join(report.logDirectory, "report.html");
    console.err.write(
      `blit: the page could not be written: ${escapeText(reason)}\n  it is kept as ${escapeText(kept)}\n`,
    );
    return false;
  }
}

function print(report: BenchReport, asJson: boolean, { console, environment }: Context): void {
  if (asJson) {
    console.out.write(`${JSON.stringify(report)}\n`);
    return;
  }
  const [columns] = console.outIsTerminal ? process.stdout.getWindowSize() : [0];
  console.out.write(
    renderTable(report, {
      columns: columns || FALLBACK_COLUMNS,
      color: console.outIsTerminal && mayColor(environment),
    }),
  );
}

interface Interruption extends Pick<BenchIo, "signal" | "working"> {
  readonly exitCode: ExitCode | undefined;
  end(): void;
}

const EXIT_CODES = {
  SIGINT: ExitCode.interrupted,
  SIGTERM: ExitCode.terminated,
  SIGHUP: ExitCode.hangup,
} as const;

/** The first signal ends the bench in order; the second at once, saying what is left behind. */
function watchInterruption({ console }: Context): Interruption {
  const controller = new AbortController();
  let exitCode: ExitCode | undefined;
  let directory = "";
  const onSignal = (signal: NodeJS.Signals): void => {
    const code = EXIT_CODES[signal as keyof typeof EXIT_CODES];
    if (exitCode === undefined) {
      exitCode = code;
      controller.abort();
      return;
    }
    console.err.write(`\nblit: ${escapeText(directory)} is left behind\n`);
    void console.err.end().then(() => process.exit(code));
  };
  for (const name of Object.keys(EXIT_CODES)) process.on(name, onSignal);
  return {
    signal: controller.signal,
    working: (path) => {
      directory = path;
    },
    get exitCode() {
      return exitCode;
    },
    end: () => {
      for (const name of Object.keys(EXIT_CODES)) process.off(name, onSignal);
    },
  };
}
