/** The report as one HTML file that needs nothing else: no network, and no script for what it tells. */
import { hash } from 'node:crypto';
import { VERSION } from '../../version.ts';
import type { Report } from '../report.ts';
import { header, problems, tiles } from './balance.ts';
import { reportCommand } from './commands.ts';
import { contents, drift } from './contents.ts';
import { files, objects } from './files.ts';
import { html, textOfPage, trusted } from './markup.ts';
import { command } from './parts.ts';
import { refused } from './refused.ts';
import { SCRIPT } from './script.ts';
import { STYLE } from './style.ts';
import { time } from './time.ts';

/** Three grains and the chaff, as the icon of the tab. */
const ICON =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E%3Cg fill='%23b7791f'%3E%3Cellipse cx='5' cy='10' rx='2' ry='4'/%3E%3Cellipse cx='11' cy='10' rx='2' ry='4'/%3E%3Cellipse cx='8' cy='5' rx='2' ry='4'/%3E%3C/g%3E%3C/svg%3E";

/** Draws up the page. */
export function reportPage(report: Report): string {
  const sections = [
    ['balance', report.balance.ok ? 'Worth knowing' : 'Problems', problems(report)],
    ['time', 'When', time(report)],
    ['refused', 'Refused', refused(report)],
    ['drift', 'Drift', drift(report)],
    ['events', 'Events', contents(report)],
    ['files', 'Files', files(report)],
    ['objects', 'Objects', objects(report)],
  ] as const;
  const shown = sections.filter(([, , section]) => section !== undefined);
  const policy = [
    "default-src 'none'",
    `style-src '${digest(STYLE)}'`,
    `script-src '${digest(SCRIPT)}'`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${trusted(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${report.balance.ok ? 'Balanced' : 'Does not balance'}: ${report.place}${report.day && ` · ${report.day}`} · Winnow report</title>
<link rel="icon" href="${trusted(ICON)}">
<style>${trusted(STYLE)}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the report</a>
${header(report)}
<main id="main">
${tiles(report)}
<nav aria-label="Sections"><ul>${shown.map(([id, title]) => html`<li><a href="#${id}">${title}</a></li>`)}</ul></nav>
${shown.map(([, , section]) => section)}
</main>
<footer>
<p>Made by Winnow ${VERSION} with ${command(reportCommand(report))}. The same outputs make the same page, but for the times that processing took.</p>
</footer>
<script>${trusted(SCRIPT)}</script>
</body>
</html>
`;
  return textOfPage(page);
}

function digest(text: string): string {
  return `sha256-${hash('sha256', text, 'base64')}`;
}
