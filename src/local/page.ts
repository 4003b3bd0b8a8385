/** The page around the report: what to do, and the report itself, drawn up anew whenever a batch is done. */
import { hash } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { html, textOfPage, trusted } from '../report/page/markup.ts';
import { isLocal, LOOPBACK } from '../stores/embedded-s3.ts';

export interface PageOptions {
  /** 0 takes any free port. */
  readonly port: number;
  /** Commands that make a batch and upload it. */
  readonly make: string;
  readonly upload: string;
  /** The report as it is now; undefined when there is nothing to report on. */
  readonly draw: () => Promise<string | undefined>;
  readonly onError: (error: unknown) => void;
}

export interface LivePage {
  readonly url: string;
  /** To be called when there is something new. */
  changed(): void;
  stop(): Promise<void>;
}

/** Serves the page. Fails with the system's error when the port is taken. */
export async function startPage({ port, make, upload, draw, onError }: PageOptions): Promise<LivePage> {
  const listeners = new Set<ServerResponse>();
  // Drawn when somebody looks, and not again before something changed.
  let drawn: Promise<string | undefined> | undefined;

  const routes: { readonly [path: string]: (response: ServerResponse) => void | Promise<void> } = {
    '/': (response) => sendPage(response, shell(upload), SHELL_POLICY),
    '/report': async (response) => {
      drawn ??= draw();
      sendPage(response, (await drawn) ?? nothingYet(make, upload), "frame-ancestors 'self'");
    },
    '/changes': (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' }).flushHeaders();
      listeners.add(response);
      response.on('close', () => listeners.delete(response));
    },
  };

  const server = createServer((request, response) => {
    // Not every address that comes over the wire is one: `//` is none.
    const route = routes[URL.parse(request.url ?? '/', 'http://localhost')?.pathname ?? ''];
    if (!isLocal(request) || route === undefined || request.method !== 'GET') {
      return void response.writeHead(isLocal(request) ? 404 : 403).end();
    }
    Promise.resolve(route(response)).catch((error: unknown) => {
      drawn = undefined;
      onError(error);
      response.writeHead(500, { 'content-type': 'text/plain' }).end('The report could not be drawn up; the terminal says why.\n');
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, LOOPBACK, resolve);
  });
  return {
    url: `http://${LOOPBACK}:${(server.address() as AddressInfo).port}/`,
    changed() {
      drawn = undefined;
      for (const listener of listeners) listener.write('data: changed\n\n');
    },
    stop: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error ? reject(error) : resolve()));
        server.closeAllConnections();
      }),
  };
}

function sendPage(response: ServerResponse, page: string, policy: string): void {
  const headers = { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store', 'content-security-policy': policy };
  response.writeHead(200, { ...headers, 'x-content-type-options': 'nosniff', 'referrer-policy': 'no-referrer' }).end(page);
}

const STYLE = `
:root { color-scheme: light dark; }
html, body { height: 100%; margin: 0; }
body { display: flex; flex-direction: column; background: #faf8f4; color: #20262b; font: .9375rem/1.5 system-ui, sans-serif; }
header { padding: .5rem 1.25rem; background: #20262b; color: #faf8f4; }
h1, p { display: inline; margin: 0 .75rem 0 0; font-size: inherit; }
code { font-family: ui-monospace, monospace; font-size: .875em; overflow-wrap: anywhere; }
main { flex: 1; position: relative; }
main p { padding: 1rem 1.25rem; }
iframe { position: absolute; width: 100%; height: 100%; inset: 0; border: 0; }
@media (prefers-color-scheme: dark) { body { background: #15181b; color: #e8e6e1; } }
`;

// The address of the frame stays, so a browser keeps the place that was scrolled to.
// A browser may drop a reload while it loads, and then the last change would never be shown. Drawing a report keeps the function
// waiting: hence at most half of the time.
const SCRIPT = `
const report = document.querySelector('iframe');
let isBusy = false;
let isStale = false;
let began = 0;
function show() {
  if (isBusy) return void (isStale = true);
  [isBusy, isStale, began] = [true, false, performance.now()];
  report.contentWindow.location.reload();
}
report.onload = () => setTimeout(() => {
  isBusy = false;
  if (isStale) show();
}, Math.max(500, performance.now() - began));
const changes = new EventSource('/changes');
changes.onmessage = show;
changes.onerror = () => (changes.onopen = show);
`;

const SHELL_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${hash('sha256', STYLE, 'base64')}'`,
  `script-src 'sha256-${hash('sha256', SCRIPT, 'base64')}'`,
  "connect-src 'self'",
  "frame-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

function shell(upload: string): string {
  return textOfPage(html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>winnow local</title>
<style>${trusted(STYLE)}</style>
</head>
<body>
<header><h1>winnow local</h1><p>Drop a batch: <code>${upload}</code></p></header>
<main><p>The report appears when the batch at hand is done.</p><iframe src="/report" title="Report"></iframe></main>
<script>${trusted(SCRIPT)}</script>
</body>
</html>
`);
}

function nothingYet(make: string, upload: string): string {
  return textOfPage(html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Nothing yet</title>
<style>${trusted(NOTHING_STYLE)}</style>
</head>
<body><main>
<h1>Nothing yet</h1>
<p>The report of what the function did appears here with the first batch. In a terminal, make one and drop it:</p>
<pre>${make}
${upload}</pre>
</main></body>
</html>
`);
}

const NOTHING_STYLE = `
body { margin: 0; padding: 1rem 1.25rem; background: #faf8f4; color: #20262b; font: 1rem/1.5 system-ui, sans-serif; }
pre { padding: .75rem 1rem; border: 1px solid; border-radius: .25rem; font: .875rem/1.6 ui-monospace, monospace; white-space: pre-wrap; overflow-wrap: anywhere; }
@media (prefers-color-scheme: dark) { body { background: #15181b; color: #e8e6e1; } }
`;
