/** Door 1: the Lambda handler. Wires the event, settings, S3, the log and the metrics to the pipeline, and does nothing else. */
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Metrics } from '@aws-lambda-powertools/metrics';
import middy from '@middy/core';
import { refusal } from './intake/trigger/admit.ts';
import { readTrigger } from './intake/trigger/trigger.ts';
import { type Answer, answer } from './lambda/answer.ts';
import { withDeadline } from './lambda/deadline.ts';
import { readEnvironment } from './lambda/environment.ts';
import { settleItems } from './lambda/items.ts';
import { createReport } from './lambda/report.ts';
import { keepMemoryFlat } from './memory.ts';
import { processObject } from './process.ts';
import { createS3Client, s3Source, s3Store } from './stores/s3.ts';

keepMemoryFlat(process.env);
const { settings, output, s3 } = readEnvironment(process.env);
const client = createS3Client(s3);
const store = s3Store(client, output);
// Each stage counts for itself: an alarm of one must not ring for another.
const serviceName = process.env['POWERTOOLS_SERVICE_NAME'] || 'cws-winnow';
const logger = new Logger({ serviceName });
const metrics = new Metrics({ namespace: 'Winnow', serviceName });

// Middy would give up 5 ms before the end and leave the work running into the next invocation; `withDeadline` ends it in time.
const options = { timeoutEarlyInMillis: 0 };

/** Processes every object that the event names, and answers as its source wants it; docs/triggers.md tells both. */
export const handler = middy<unknown, Answer>(options)
  .use(injectLambdaContext(logger))
  .handler((event, context) =>
    withDeadline(context, settings.deadline_reserve_ms, async (signal) => {
      const trigger = readTrigger(event);
      const report = createReport(logger, metrics);
      try {
        const items = await settleItems(trigger.items, {
          refuse: (ref) => refusal(ref, output, settings),
          process: async (ref) => {
            const source = s3Source(client, { bucket: ref.bucket, prefix: ref.key });
            let newestMs = Number.NEGATIVE_INFINITY;
            const onTime = (timeMs: number) => {
              if (timeMs > newestMs) newestMs = timeMs;
            };
            const processed = await processObject(ref, { source, store, settings, now: Date.now, signal, onTime });
            if (processed.outcome === 'complete' && newestMs > 0) report.late(Date.now() - newestMs);
            return processed;
          },
          report: report.add,
          signal,
        });
        return answer(trigger, items);
      } finally {
        report.publish();
      }
    }),
  );
