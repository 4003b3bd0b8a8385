/** Declares `winnow local`. */
import type { Command } from 'commander';
import { common, type Exit, untilInterrupted, warn, withExamples, withSettings } from '../command.ts';

interface LocalFlags {
  readonly folder: string;
  readonly port: string;
  readonly pagePort: string;
  readonly [flag: string]: unknown;
}

export function addLocal(winnow: Command, exit: Exit): void {
  const command = winnow
    .command('local')
    .description('try the function on this machine: an S3 server with the function behind its input bucket, and a live report')
    .option('--folder <path>', 'where the buckets are kept', '.winnow-local')
    .option('--port <number>', 'port of the S3 server on 127.0.0.1; 0 takes any free one', '4569')
    .option('--page-port <number>', 'port of the report; 0 takes any free one', '4570');
  withSettings(command);
  withExamples(command, [
    'winnow local',
    'winnow local --port 0 --page-port 0 --folder /tmp/playground --conformance documented',
  ]);
  command.action(async (flags: LocalFlags) => {
    const { runLocal } = await import('../local.ts');
    exit(
      await runLocal({
        folder: flags.folder,
        port: flags.port,
        pagePort: flags.pagePort,
        given: (await common(flags)).given,
        signal: untilInterrupted(),
        print: (line) => void process.stdout.write(`${line}\n`),
        warn,
        now: Date.now,
      }),
    );
  });
}
