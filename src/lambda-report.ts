/** Door 3, which not every stack has: the Lambda handler that writes the report of a day when a schedule rings. */
import { Logger } from '@aws-lambda-powertools/logger';
import { injectLambdaContext } from '@aws-lambda-powertools/logger/middleware';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import middy from '@middy/core';
import { accountOf, type DailyAccount, dailyKey, dayWanted, PROBLEMS_METRIC } from './lambda/daily.ts';
import { readEnvironment } from './lambda/environment.ts';
import { createRedactor } from './redact/redact.ts';
import { reportPage } from './report/page/page.ts';
import { report } from './report/report.ts';
import { SAMPLE } from './report/sample.ts';
import { createS3Client, s3Store } from './stores/s3.ts';

const { settings, output, s3 } = readEnvironment(process.env);
const store = s3Store(createS3Client(s3), output);
const place = `s3://${output.bucket}/${output.prefix}`;
const redact = createRedactor(settings.redact_patterns);
const mask = (text: string): string => redact(text).text;
const serviceName = process.env['POWERTOOLS_SERVICE_NAME'] || 'cws-winnow';
const logger = new Logger({ serviceName });
const metrics = new Metrics({ namespace: 'Winnow', serviceName });

// What is not done in time begins again with the next attempt; there is nothing to wind up.
const options = { timeoutEarlyInMillis: 0 };

/**
 * Writes the page of the day that the event asks for, of a day without objects as well, and answers with its sums and its place. A day that
 * does not balance is no failure: the metric `problems` tells of it. Throws a `StoreError` when S3 fails.
 */
export const handler = middy<unknown, DailyAccount & { readonly page: string }>(options)
  .use(injectLambdaContext(logger))
  .handler(async (event) => {
    const day = dayWanted(event);
    const found = await report(place, store, { verify: false, sample: SAMPLE, day, mask });
    const key = dailyKey(day);
    await store.put(key, [Buffer.from(reportPage(found))]);
    const account = accountOf(day, found);
    metrics.addMetric(PROBLEMS_METRIC, MetricUnit.Count, account.problems);
    metrics.publishStoredMetrics();
    const told = { ...account, page: `${place.replace(/\/$/, '')}/${key}` };
    logger[account.ok ? 'info' : 'error']('report written', told);
    return told;
  });
