/** What a run shows while it lasts, on standard error: lines, and below them how far it is. */
import type { OutputFlags } from './command.ts';
import { createProgress, describeExtent, drawExtent, type Extent, type Observer } from './progress.ts';
import { warning } from './words.ts';

export interface Screen {
  /** Shows a line, whatever is on the screen. */
  readonly print: (line: string) => void;
  /** Shows something that somebody should look at. */
  readonly warn: (line: string) => void;
  /** Takes away how far the work is; the lines stay. */
  readonly close: () => void;
}

interface ScreenOptions {
  /** `bar` repaints two lines, `lines` adds one a second, `none` shows only what is printed. */
  readonly mode: 'bar' | 'lines' | 'none';
  readonly extent: () => Extent;
}

interface ScreenFlags extends OutputFlags {
  /** The work has no end to be near to. */
  readonly watch?: boolean;
}

const REPAINT_MS = 100;
const LINE_MS = 1000;

/** Which way of showing progress suits: none where nobody reads it, lines where they are kept. */
function screenMode(flags: ScreenFlags, stream = process.stderr): ScreenOptions['mode'] {
  if (flags.quiet || flags.watch) return 'none';
  // A terminal that cannot repaint says so.
  if (stream.isTTY && process.env['TERM'] !== 'dumb') return 'bar';
  return flags.json ? 'none' : 'lines';
}

/** Does work that takes long while the screen shows how far it is; `observer` is missing where nobody would see it. */
export async function onScreen<T>(
  flags: ScreenFlags,
  work: (screen: Screen, observer: Observer | undefined) => Promise<T>,
): Promise<T> {
  const mode = screenMode(flags);
  const progress = createProgress(Date.now);
  const screen = await openScreen({ mode, extent: progress.extent });
  try {
    return await work(screen, mode === 'none' ? undefined : progress);
  } finally {
    screen.close();
  }
}

/** Opens the screen of one piece of work. */
async function openScreen({ mode, extent }: ScreenOptions): Promise<Screen> {
  const write = (line: string): void => void process.stderr.write(`${line}\n`);
  if (mode === 'none') return { print: write, warn: (line) => write(warning(line)), close: () => {} };
  if (mode === 'lines') {
    const timer = setInterval(() => write(`winnow: ${describeExtent(extent())}`), LINE_MS);
    timer.unref();
    return { print: write, warn: (line) => write(warning(line)), close: () => clearInterval(timer) };
  }
  const { createLogUpdate } = await import('log-update');
  // The cursor stays: hiding it means to catch the signals that end the process, and those are for the run to catch.
  const area = createLogUpdate(process.stderr, { showCursor: true });
  const paint = (): void => area(drawExtent(extent(), (process.stderr.columns || 80) - 1));
  const above = (line: string): void => {
    area.clear();
    write(line);
    paint();
  };
  const timer = setInterval(paint, REPAINT_MS);
  timer.unref();
  return {
    print: above,
    warn: (line) => above(warning(line)),
    close: () => {
      clearInterval(timer);
      area.clear();
      area.done();
    },
  };
}
