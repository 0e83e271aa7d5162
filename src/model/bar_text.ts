// A share as a bar of block elements: for the reports of every layer.

const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/** At most `width` characters for a share of 1, in eighths of one; never empty. */
export function barText(share: number, width: number): string {
  const eighths = Math.max(1, Math.round(share * width * 8));
  return "█".repeat(Math.floor(eighths / 8)) + (EIGHTHS[eighths % 8] ?? "");
}
