/** Preloaded into a measured process: says at its end how much memory it held at the most. */
import { writeSync } from 'node:fs';

process.on('exit', () => void writeSync(2, `peak ${process.resourceUsage().maxRSS} kB\n`));
