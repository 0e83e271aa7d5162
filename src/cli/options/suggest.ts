// The word that was probably meant.

/** A word that begins as typed is nearer than one with a mistake in it. */
const BEGINNING = 0.5;
const LEAST_BEGINNING = 3;

/** The candidate that differs least from what was typed, where that is at most one letter of four; case is no difference. */
export function closest(typed: string, candidates: readonly string[]): string | undefined {
  const word = bare(typed).toLowerCase();
  let best: string | undefined;
  let bestDistance = Math.floor(word.length / 4) + 1;
  for (const candidate of candidates) {
    const name = bare(candidate);
    const begins = word.length >= LEAST_BEGINNING && name.startsWith(word) && name !== word;
    const distance = begins ? BEGINNING : editDistance(word, name);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

function bare(word: string): string {
  return word.replace(/^-+/, "");
}

/** Damerau's: insertions, deletions, replacements and swaps of neighbours each count one. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min(at(last, j) + 1, at(row, j - 1) + 1, at(last, j - 1) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, at(beforeLast, j - 2) + 1);
      }
      row.push(cost);
    }
    beforeLast = last;
    last = row;
  }
  return at(last, b.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Infinity;
}
