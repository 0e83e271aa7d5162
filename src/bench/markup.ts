// HTML and SVG that cannot be injected: a template literal whose every value is escaped, unless it is itself
// markup made here.

export class Markup {
  constructor(readonly text: string) {}
}

export type MarkupValue = string | number | Markup | undefined | readonly MarkupValue[];

/** Markup from a template; undefined is nothing, lists are joined without a separator. */
export function markup(strings: TemplateStringsArray, ...values: readonly MarkupValue[]): Markup {
  return new Markup(String.raw({ raw: strings }, ...values.map(render)));
}

function render(value: MarkupValue): string {
  if (value === undefined) return "";
  if (value instanceof Markup) return value.text;
  if (typeof value === "object") return value.map(render).join("");
  return escapeText(`${value}`);
}

/** Also for attributes in double quotes. Control characters, which XML has no way to write, become U+FFFD. */
function escapeText(text: string): string {
  return Bun.escapeHTML(text).replaceAll(/[\0-\x08\x0b-\x1f\x7f-\x9f]/g, "\u{fffd}");
}
