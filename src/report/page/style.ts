/** How the page looks, in light, in dark and on paper. Everything is text, boxes and bars: it works without any font or image. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --paper: #faf8f4; --card: #ffffff; --ink: #20262b; --soft: #5a636b; --line: #e2ddd2; --track: #ece8df;
  --valid: #2f7a57; --rejected: #b8481f; --plain: #9a7420; --link: #1f5c8a; --warn: #fdf3dc;
  --shadow: #20262b55; --ok-paper: #eaf3ec; --wrong-paper: #fbebe4;
  --mono: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #15181b; --card: #1d2125; --ink: #e8e6e1; --soft: #a5adb4; --line: #343a40; --track: #2b3036;
    --valid: #62bd92; --rejected: #ee8a60; --plain: #d3a94c; --link: #8cc4f0; --warn: #37301c;
    --shadow: #000000cc; --ok-paper: #17261f; --wrong-paper: #32201a;
  }
}
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; -webkit-text-size-adjust: 100%; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  overflow-wrap: break-word;
}
header > *, footer > * { max-width: 68rem; margin-left: auto; margin-right: auto; }
header { padding: 2rem 1.25rem 2.25rem; border-bottom: 1px solid var(--line); }
header.ok { background: var(--ok-paper); }
header.wrong { background: var(--wrong-paper); }
main { max-width: 70.5rem; margin: 0 auto; padding: 0 1.25rem; }
footer { padding: 1.5rem 1.25rem 2.5rem; border-top: 1px solid var(--line); color: var(--soft); font-size: .875rem; }
a { color: var(--link); text-underline-offset: .15em; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.skip { position: absolute; left: 1rem; top: -4rem; background: var(--card); padding: .5rem 1rem; }
.skip:focus { top: 1rem; }
.brand { margin: 0 auto .25rem; font-size: .8125rem; font-weight: 600; letter-spacing: .08em; text-transform: uppercase; color: var(--soft); }
.place { margin: 0 auto 1.25rem; color: var(--soft); }
h1 { margin: 0 auto .25rem; font-size: clamp(1.75rem, 5vw, 2.5rem); line-height: 1.15; letter-spacing: -.015em; }
.badge { display: inline-block; width: 1.35em; height: 1.35em; margin-right: .15em; border-radius: 50%; text-align: center; font-size: .72em; line-height: 1.35em; vertical-align: .1em; color: var(--card); background: var(--valid); }
.wrong .badge { background: var(--rejected); }
.equation { margin: .35rem auto .75rem; font-size: clamp(1.05rem, 2.8vw, 1.375rem); font-variant-numeric: tabular-nums; }
.equation .sum { white-space: nowrap; font-weight: 600; }
.equation .sign { color: var(--soft); }
.lead { margin: 0 0 1.25rem; max-width: 46rem; color: var(--soft); }
header .lead { max-width: 68rem; margin: 0 auto; color: var(--ink); }
.note { color: var(--soft); font-size: .875rem; }
header .note { margin: .75rem auto 0; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(10rem, 1fr)); gap: .75rem; margin: 1.5rem 0; }
.tile { padding: .875rem 1rem; background: var(--card); border: 1px solid var(--line); border-radius: .625rem; border-top: 3px solid var(--plain); }
.tile.valid { border-top-color: var(--valid); }
.tile.rejected { border-top-color: var(--rejected); }
.tile dt { font-size: .875rem; color: var(--soft); }
.tile dd { margin: 0; }
.tile .value { display: block; font-size: 1.625rem; font-weight: 650; line-height: 1.25; font-variant-numeric: tabular-nums; }
nav ul { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; margin: 0; padding: 0; list-style: none; }
nav a { display: inline-block; padding: .25rem 0; }
section { margin: 2.75rem 0; }
h2 { margin: 0 0 .25rem; font-size: 1.5rem; line-height: 1.25; letter-spacing: -.01em; }
h3 { margin: 2rem 0 .25rem; font-size: 1.125rem; }
h3 + p { margin: 0 0 .75rem; max-width: 46rem; }
h4 { margin: 0 0 .5rem; font-size: 1rem; }
.count { font-weight: 400; color: var(--soft); }
a:has(> code) { text-decoration: none; }
a > code { border-bottom: 1px solid; }
code, .raw { font-family: var(--mono); font-size: .875em; }
.command { display: inline-block; max-width: 100%; overflow-wrap: anywhere; padding: .1em .5em; background: var(--track); border-radius: .3em; user-select: all; }
td code, th code { white-space: nowrap; }
code wbr { display: none; }
.moment { white-space: nowrap; }
.name { unicode-bidi: isolate; overflow-wrap: anywhere; }
td .name { display: inline-block; vertical-align: top; min-width: min(100%, 7rem); max-width: 26rem; overflow-wrap: break-word; }
/* As wide as a column, so that numbers stay near their names. */
.narrow { max-width: 40rem; }
.columns .narrow { max-width: none; }
/* A shadow at the side where more is hidden: the covers scroll with the table, the shadows do not. */
.scroll {
  background: linear-gradient(to right, var(--card) 40%, transparent) left / 2.5rem 100% no-repeat local,
    linear-gradient(to left, var(--card) 40%, transparent) right / 2.5rem 100% no-repeat local,
    linear-gradient(to right, var(--shadow), transparent) left / 1rem 100% no-repeat scroll,
    linear-gradient(to left, var(--shadow), transparent) right / 1rem 100% no-repeat scroll, var(--card);
}
.scroll { overflow-x: auto; margin: 0 0 1.5rem; border: 1px solid var(--line); border-radius: .625rem; }
table { width: 100%; border-collapse: collapse; font-size: .9375rem; font-variant-numeric: tabular-nums; }
caption { padding: .75rem 1rem .5rem; text-align: left; font-weight: 600; }
th, td { padding: .4rem 1rem; text-align: left; vertical-align: top; border-top: 1px solid var(--line); }
thead th { font-size: .8125rem; font-weight: 600; color: var(--soft); border-top: 0; white-space: nowrap; }
tbody th, tfoot th { font-weight: 400; min-width: 7rem; }
tfoot th, tfoot td { color: var(--soft); }
.number { text-align: right; white-space: nowrap; }
th button { margin: 0; padding: 0; border: 0; background: none; color: inherit; font: inherit; cursor: pointer; }
th button::after { content: "↕"; display: inline-block; width: 1em; margin-left: .2em; text-align: center; opacity: .55; }
[aria-sort=ascending] button::after { content: "↑"; opacity: 1; }
[aria-sort=descending] button::after { content: "↓"; opacity: 1; }
.percent { display: inline-block; min-width: 4em; }
.prose, .aside { min-width: 18rem; }
.bar { width: 5rem; height: .5rem; vertical-align: middle; border-radius: .25rem; }
.track { fill: var(--track); }
rect.valid { fill: var(--valid); }
rect.rejected { fill: var(--rejected); }
rect.plain { fill: var(--plain); }
rect.hit { fill: transparent; }
g:hover rect.hit { fill: var(--track); }
.columns { columns: 23rem; column-gap: 1.25rem; margin-bottom: 1.5rem; }
.columns > .scroll { break-inside: avoid; }
.columns > .scroll:last-child { margin-bottom: 0; }
figure { margin: 0 0 1.5rem; padding: .75rem 1rem; background: var(--card); border: 1px solid var(--line); border-radius: .625rem; }
figcaption { font-weight: 600; }
.legend { font-weight: 400; font-size: .875rem; color: var(--soft); margin-left: .75rem; }
.key { display: inline-block; width: .75em; height: .75em; margin-left: .75em; border-radius: .15em; background: var(--plain); }
.key.valid { background: var(--valid); }
.key.rejected { background: var(--rejected); }
.chart { display: block; width: 100%; height: 9rem; border-bottom: 1px solid var(--soft); }
.plot { display: grid; grid-template-columns: max-content minmax(0, 1fr); column-gap: .5rem; margin-top: .75rem; }
.plot > * { grid-column: 2; }
.scale, .axis, .ends { margin: 0; font-size: .8125rem; line-height: 1.4; color: var(--soft); font-variant-numeric: tabular-nums; }
.plot > .scale { grid-column: 1; display: flex; flex-direction: column; justify-content: space-between; text-align: right; margin: -.6rem 0; }
.grid { stroke: var(--line); fill: none; vector-effect: non-scaling-stroke; }
.axis { display: block; width: 100%; height: 1.4em; overflow: visible; fill: currentColor; text-anchor: middle; }
.ends { display: flex; justify-content: space-between; gap: .5rem; }
.ends.each span { flex: 1; text-align: center; }
figure .note { margin: .5rem 0 0; }
details { margin-top: .5rem; }
summary { cursor: pointer; color: var(--link); font-size: .9375rem; width: fit-content; }
details .scroll { margin: .75rem 0 0; max-height: 24rem; overflow-y: auto; }
.card { margin: 0 0 1rem; padding: 1rem; background: var(--card); border: 1px solid var(--line); border-left: 3px solid var(--rejected); border-radius: .625rem; }
.card p { margin: 0 0 .5rem; }
.facts { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .25rem 1rem; margin: 0; font-size: .9375rem; }
.facts dt { color: var(--soft); }
.facts dd { margin: 0; }
.example { margin-top: .75rem; padding-top: .75rem; border-top: 1px solid var(--line); font-size: .9375rem; }
.example ul { margin: 0 0 .5rem; padding-left: 1.25rem; }
.raw { padding: .5rem .75rem; background: var(--track); border-radius: .4rem; word-break: break-all; }
.raw code { font-size: 1em; }
.warning { padding: .75rem 1rem; background: var(--warn); border: 1px solid var(--line); border-left: 3px solid var(--plain); border-radius: .625rem; max-width: none; }
@media (max-width: 40rem) {
  main { padding: 0 .875rem; }
  header { padding: 1.5rem .875rem; }
  th, td { padding: .4rem .625rem; }
  caption { padding-left: .625rem; }
  .bar, .aside, .minor { display: none; }
  .percent { min-width: 0; }
  td code, th code { white-space: normal; }
  code wbr { display: inline; }
  .tiles { grid-template-columns: repeat(2, minmax(0, 1fr)); }
  .facts { display: block; }
  .facts dd { margin-bottom: .5rem; }
  .legend { display: block; margin-left: 0; }
  .legend .key:first-child { margin-left: 0; }
}
@media print {
  :root { --paper: #fff; --card: #fff; --track: #eee; }
  body { font-size: 10pt; }
  nav, .skip { display: none; }
  th button::after { content: none; }
  header, footer { padding-left: 0; padding-right: 0; }
  main { padding: 0; }
  .scroll, details .scroll { overflow: visible; max-height: none; }
  tr, figure, .tile, .card > h4 { break-inside: avoid; }
  h2, h3, h4, caption { break-after: avoid; }
  details::details-content { content-visibility: visible; display: block; }
  summary { list-style: none; color: inherit; font-weight: 600; }
  summary::-webkit-details-marker { display: none; }
  svg, .key, .badge { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;
