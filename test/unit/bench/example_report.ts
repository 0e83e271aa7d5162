// A small report for the tests of what is drawn from one.

import {
  type BenchReport,
  type MeasuredResult,
  REPORT_VERSION,
  analysePhase,
} from "#bench/report.ts";

export function measured(contender: string, timesMs: readonly number[]): MeasuredResult {
  return {
    contender,
    label: contender,
    command: `${contender} {src} {dst}`,
    runs: timesMs.map((wallMs, round) => ({
      round,
      wallMs,
      userMs: wallMs / 2,
      systemMs: wallMs / 4,
      peakMemoryBytes: 5e6,
      voluntarySwitches: 10,
      involuntarySwitches: 1,
    })),
    absent: null,
    failure: null,
    lesser: {},
  };
}

/** `text` stands in every field that other programs or people fill. */
export function exampleReport(text = "x"): BenchReport {
  const failing: MeasuredResult = {
    ...measured("rclone", []),
    failure: { round: 0, what: "exit code 23", details: [`${text} no space left`] },
  };
  const absent: MeasuredResult = { ...measured("tar", []), absent: "has no such mode" };
  const results = [
    measured("blit", [10, 11, 10, 10, 11, 10]),
    measured("rsync", [30, 33, 30, 30, 33, 30]),
    failing,
    absent,
  ];
  return {
    v: REPORT_VERSION,
    type: "bench",
    startedAt: "2026-11-22T12:00:00.000Z",
    elapsedMs: 12_345,
    interrupted: false,
    repeatWith: `blit bench --dir ${text}`,
    seed: text,
    coldCache: false,
    machine: {
      platform: "linux",
      architecture: "x64",
      kernel: text,
      processor: text,
      cores: 2,
      memoryBytes: 8e9,
      loadAverage: 0.1,
      privileged: false,
    },
    noise: { spread: 0.01, quiet: true },
    contenders: ["blit", "rsync", "rclone", "tar"].map((name) => ({
      name,
      remark: text,
      version: text,
      path: text,
    })),
    skipped: [{ name: "robocopy", reason: "not made for linux" }],
    workloads: [
      {
        name: "small",
        title: text,
        counts: { files: 3, directories: 2, symlinks: 1, hardLinks: 0, bytes: 12_345 },
        fileSystem: { kind: text, options: text, availableBytes: 1, availableInodes: 1 },
        sourceFileSystem: { kind: "xfs", options: text, availableBytes: 1, availableInodes: null },
        sourceChange: null,
        phases: [analysePhase("cold", results, 0.01)],
      },
    ],
    notes: [text],
    logDirectory: text,
  };
}
