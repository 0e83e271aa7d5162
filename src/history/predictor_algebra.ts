// Vectors and matrices of the four parts that a run's time is made of, and the one system of equations the predictor
// solves. Pure.

export const PARTS = [0, 1, 2, 3] as const;
export type Part = (typeof PARTS)[number];
export type Vector = [number, number, number, number];
export type Matrix = [Vector, Vector, Vector, Vector];

export function vector(element: (part: Part) => number): Vector {
  return [element(0), element(1), element(2), element(3)];
}

export function matrix(element: (row: Part, column: Part) => number): Matrix {
  const rowOf = (row: Part): Vector => vector((column) => element(row, column));
  return [rowOf(0), rowOf(1), rowOf(2), rowOf(3)];
}

export function total(values: Readonly<Vector>): number {
  return values[0] + values[1] + values[2] + values[3];
}

export function dot(a: Readonly<Vector>, b: Readonly<Vector>): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2] + a[3] * b[3];
}

/**
 * Solves matrix × solution = right for a symmetric positive definite matrix, no element below zero: the lowest that
 * would be is set to 0 and the others are solved for anew, until none is.
 */
export function solveNonNegative(equations: Matrix, right: Vector): Vector {
  const zero = new Set<Part>();
  for (;;) {
    const solution = solve(
      matrix((row, column) =>
        zero.has(row) || zero.has(column) ? Number(row === column) : equations[row][column],
      ),
      vector((row) => (zero.has(row) ? 0 : right[row])),
    );
    const lowest = PARTS.reduce((a, b) => (solution[b] < solution[a] ? b : a));
    if (solution[lowest] >= 0 || zero.has(lowest)) return solution;
    zero.add(lowest);
  }
}

/** Gauss elimination in place. A positive definite matrix needs no pivoting. */
function solve(rows: Matrix, right: Vector): Vector {
  for (const pivot of PARTS) {
    for (const row of PARTS) {
      if (row <= pivot) continue;
      const factor = rows[row][pivot] / rows[pivot][pivot];
      for (const column of PARTS) rows[row][column] -= factor * rows[pivot][column];
      right[row] -= factor * right[pivot];
    }
  }
  const solution: Vector = [0, 0, 0, 0];
  for (const row of PARTS.toReversed()) {
    solution[row] = (right[row] - dot(rows[row], solution)) / rows[row][row];
  }
  return solution;
}
