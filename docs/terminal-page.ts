/** What a terminal shows as a page, with its colours, for the pictures. */
import xterm from '@xterm/headless';
import { escapeUTF8 } from 'entities/escape';

const STYLE = `
body { margin: 0; padding: 24px; background: #16181d; color: #e4e6eb; font: 15px/1.45 "DejaVu Sans Mono", monospace; }
pre { margin: 0; font: inherit; }
.bold { font-weight: 700; color: #fff; }
.dim { opacity: .6; }
.c1 { color: #f2777a; } .c2 { color: #8fce7e; } .c3 { color: #f0c35e; } .c4 { color: #7fb2f0; } .c5 { color: #d59be0; } .c6 { color: #6fd0d0; }
`;
/** More than any of the programs shown prints. */
const ROWS = 200;

/** Draws up the page of what is on the screen after these bytes. */
export async function terminalPage(bytes: string, columns: number): Promise<string> {
  const terminal = new xterm.Terminal({ cols: columns, rows: ROWS, allowProposedApi: true });
  await new Promise<void>((resolve) => terminal.write(bytes, resolve));
  const lines = Array.from({ length: ROWS }, (_, row) => lineOf(terminal, row));
  return `<!doctype html><meta charset="utf-8"><style>${STYLE}</style><pre>${lines.join('\n').trimEnd()}</pre>`;
}

function lineOf(terminal: InstanceType<typeof xterm.Terminal>, row: number): string {
  const line = terminal.buffer.active.getLine(row);
  const length = line?.translateToString(true).length ?? 0;
  let markup = '';
  for (let column = 0; column < length; column++) {
    const cell = line?.getCell(column);
    const text = escapeUTF8(cell?.getChars() || ' ');
    const classes = [
      ...(cell?.isBold() ? ['bold'] : []),
      ...(cell?.isDim() ? ['dim'] : []),
      ...(cell?.isFgPalette() ? [`c${cell.getFgColor()}`] : []),
    ];
    markup += classes.length === 0 ? text : `<span class="${classes.join(' ')}">${text}</span>`;
  }
  return markup;
}
