// Text in columns that fit the terminal: where they do not, the least important go.

export interface Column {
  readonly title: string;
  readonly cells: readonly string[];
  readonly align: "left" | "right";
  /** The lowest goes first; columns of the highest rank always stay. */
  readonly rank: number;
}

const GAP = "  ";

/** The lines of the table, titles first, none wider than `width` unless the last columns left are. */
export function alignColumns(columns: readonly Column[], width: number): string[] {
  const kept = fitting(columns, width);
  const rows = Math.max(0, ...kept.map((column) => column.cells.length));
  return Array.from({ length: rows + 1 }, (_, row) =>
    kept
      .map((column) => pad(row === 0 ? column.title : (column.cells[row - 1] ?? ""), column))
      .join(GAP)
      .trimEnd(),
  );
}

export function tableWidth(columns: readonly Column[]): number {
  return columns.reduce((sum, column) => sum + columnWidth(column) + GAP.length, -GAP.length);
}

/** The columns that stay at this width. */
export function fitting(columns: readonly Column[], width: number): readonly Column[] {
  const highest = Math.max(...columns.map(({ rank }) => rank));
  const lowest = Math.min(...columns.map(({ rank }) => rank));
  if (tableWidth(columns) <= width || lowest === highest) return columns;
  return fitting(
    columns.filter(({ rank }) => rank > lowest),
    width,
  );
}

function columnWidth({ title, cells }: Column): number {
  return Math.max(...[title, ...cells].map((cell) => Bun.stringWidth(cell)));
}

function pad(cell: string, column: Column): string {
  const blank = " ".repeat(Math.max(0, columnWidth(column) - Bun.stringWidth(cell)));
  return column.align === "left" ? cell + blank : blank + cell;
}
