/** `node test/hostile/child.ts <name>`: runs one case alone and prints its verdict and the most memory the process held. */
import { readFileSync } from 'node:fs';
import { keepMemoryFlat } from '../../src/memory.ts';
import type { Receipt } from '../../src/types.ts';
import { LIMITS } from './limits.ts';
import { inspect, runCase } from './run.ts';

/** What the parent reads on stdout. */
export interface ChildReport {
  readonly receipt: Pick<Receipt, 'counts' | 'object_fault'>;
  readonly peakMegabytes: number;
  readonly seconds: number;
}

/** Linux has the peak of this program alone; `maxRSS` begins with what the parent held when it started the child. */
function peakMegabytes(): number {
  const peak =
    process.platform === 'linux' ? /VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] : undefined;
  return Number(peak ?? process.resourceUsage().maxRSS) / 1000;
}

if (import.meta.main) {
  keepMemoryFlat(process.env);
  const hostile = LIMITS.cases.find(({ name }) => name === process.argv[2]);
  if (hostile === undefined) throw new Error('there is no such case');
  const started = performance.now();
  const run = await runCase(hostile);
  const seconds = (performance.now() - started) / 1000;
  const peak = peakMegabytes();
  inspect(run);
  const { counts, object_fault } = run.receipt;
  const report: ChildReport = {
    receipt: { counts, ...(object_fault !== undefined && { object_fault }) },
    peakMegabytes: peak,
    seconds,
  };
  process.stdout.write(`${JSON.stringify(report)}\n`);
}
