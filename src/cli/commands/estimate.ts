/** Declares `winnow estimate`. */
import type { Command } from 'commander';
import { addPlaceFlags, type CommonFlags, common, type Exit, withExamples, withSettings } from '../command.ts';

interface EstimateFlags extends CommonFlags {
  readonly daily?: string;
  readonly sample: string;
}

export function addEstimate(winnow: Command, exit: Exit): void {
  const command = winnow
    .command('estimate')
    .description('say what processing an input takes on AWS: time, memory, requests and dollars')
    .argument('<place>', 'file, folder or s3://bucket/prefix to look into')
    .option('--daily <size>', 'also for so much JSON every day, such as 500GB')
    .option('--sample <size>', 'how much stored input to read', '16MiB')
    .option('--json', 'print the estimate as one JSON document');
  addPlaceFlags(command);
  withSettings(command);
  withExamples(command, ['winnow estimate samples', 'winnow estimate s3://landing/cws/ --daily 1TB --json']);
  command.action(async (place: string, flags: EstimateFlags) => {
    const { describeEstimate, runEstimate } = await import('../estimate.ts');
    const { summary, exitStatus } = await runEstimate({
      ...(await common(flags)),
      place,
      daily: flags.daily,
      sample: flags.sample,
      cpuSeconds: () => {
        const { user, system } = process.cpuUsage();
        return (user + system) / 1e6;
      },
    });
    if (summary) process.stdout.write(flags.json ? `${JSON.stringify(summary)}\n` : describeEstimate(summary, place));
    exit(exitStatus);
  });
}
