// The looks of the page: light and dark by what the reader's system prefers, one column on a phone.

export const PAGE_STYLE = `
:root {
  color-scheme: light dark;
  --paper: #fdfcfa; --card: #ffffff; --ink: #1c2024; --soft: #60666d; --line: #e4e1da;
  --accent: #0a7d72; --accent-bar: #8fd3c9; --other: #4d5a6a; --other-bar: #cdd3da; --alarm: #b3261e;
  --alarm-paper: #fdecea;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14171a; --card: #1b1f23; --ink: #e8e6e1; --soft: #9aa1a9; --line: #2d3338;
    --accent: #5fd6c7; --accent-bar: #1f6b62; --other: #b4bec9; --other-bar: #414a54; --alarm: #ff8a80;
    --alarm-paper: #3a1f1d;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; font-variant-numeric: tabular-nums;
}
main { max-width: 1040px; margin: 0 auto; padding: 40px 20px 64px; }
.overline { color: var(--accent); font-weight: 600; letter-spacing: .02em; margin: 0; }
h1 { font-size: clamp(1.5rem, 1.1rem + 2vw, 2.3rem); line-height: 1.2; margin: .2em 0 .5em; letter-spacing: -.015em;
  max-width: 30em; text-wrap: balance; }
h2 { font-size: 1.35rem; margin: 2.2em 0 0; letter-spacing: -.01em; }
h3 { font-size: 1rem; margin: 0 0 .8em; }
p { margin: .3em 0; max-width: 75ch; }
.soft, .facts { color: var(--soft); }
.facts { margin: 0; }
.notice { background: var(--alarm-paper); color: var(--alarm); border-radius: 8px; padding: .6em .9em; margin: 1em 0; }
.charts { display: grid; grid-template-columns: minmax(0, 1fr); gap: 16px; margin-top: 1em; }
@media (min-width: 760px) { .charts { grid-template-columns: repeat(2, minmax(0, 1fr)); } }
@media (min-width: 1080px) { .charts.of-3 { grid-template-columns: repeat(3, minmax(0, 1fr)); } }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 16px 16px 8px; min-width: 0; }
.card ul { margin: .2em 0 .6em; padding: 0; list-style: none; font-size: .85rem; }
.card svg { display: block; width: 100%; max-width: 470px; height: auto; }
.alarm { color: var(--alarm); overflow-wrap: anywhere; }
svg text { font-size: 12.5px; fill: var(--ink); }
svg .name { font-weight: 600; }
svg .median { text-anchor: end; font-weight: 600; }
svg .small, svg .tick { font-size: 11px; fill: var(--soft); }
svg .end { text-anchor: end; }
svg .grid { stroke: var(--line); stroke-width: 1; }
svg .bar { fill: var(--other-bar); }
svg .dot { fill: var(--other); }
svg .interval { stroke: var(--other); stroke-width: 1.5; fill: none; opacity: .75; }
svg .reference .bar { fill: var(--accent-bar); }
svg .reference .dot { fill: var(--accent); }
svg .reference .interval { stroke: var(--accent); }
svg .reference .name, svg .reference .median { fill: var(--accent); }
svg .dot.outlier { fill: var(--card); stroke: var(--alarm); stroke-width: 1.6; }
.glance { width: auto; min-width: min(100%, 520px); font-size: .95rem; }
.glance .group th { text-align: left; color: var(--ink); font-weight: 600; padding: 1em 0 .2em; }
.is-reference { color: var(--accent); font-weight: 600; }
details { margin-top: 1em; }
summary { cursor: pointer; color: var(--accent); padding: .3em 0; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: .85rem; width: 100%; }
caption { text-align: left; font-weight: 600; padding: 1em 0 .3em; }
th, td { text-align: right; padding: .3em .55em; border-bottom: 1px solid var(--line); white-space: nowrap; }
th { color: var(--soft); font-weight: 500; }
th:first-child, td:first-child { text-align: left; padding-left: 0; }
dl { display: grid; grid-template-columns: minmax(5em, max-content) 1fr; gap: .35em 1.2em; margin: 1em 0; }
dt { color: var(--soft); }
dd { margin: 0; min-width: 0; overflow-wrap: anywhere; }
code { font: .85em/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace; overflow-wrap: anywhere; }
dd code { display: block; }
.legend { display: flex; flex-wrap: wrap; gap: .3em 1.4em; font-size: .85rem; color: var(--soft); margin-top: 1.2em; }
.legend svg { height: 14px; width: 26px; vertical-align: -2px; margin-right: .4em; }
@media (max-width: 520px) { main { padding: 24px 14px 40px; } dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .7em; } }
`;
