/** What an event travels in: nothing, a payload of the log intake, a collector's form of it, or a line of a Log Archive. */
import type { JsonObject } from '../types.ts';
import { epochMillis, formatMillis, type Instant } from './instant.ts';
import type { Random } from './random.ts';
import type { Story } from './story.ts';

export const ENVELOPES = ['bare', 'intake', 'collector', 'archive'] as const;
export type EnvelopeName = (typeof ENVELOPES)[number];

/** Wraps one event and gives the record's text. */
export function wrap(envelope: EnvelopeName, event: JsonObject, random: Random, story: Story): string {
  switch (envelope) {
    case 'bare':
      return JSON.stringify(event);
    case 'archive':
      return JSON.stringify(archiveLine(event, random, story));
    default:
      return JSON.stringify(intakePayload(envelope, JSON.stringify(event), random, story));
  }
}

/** The payload with any text for a message: a message that is cut or mangled is a kind of breakage. */
export function intakePayload(envelope: 'intake' | 'collector', message: string, random: Random, story: Story): JsonObject {
  // Sent a while after it happened: the intake stamps the time of sending.
  const sent: Instant = { seconds: story.at.seconds + random.int(60, 120), nanos: story.at.nanos };
  return {
    message,
    status: 'info',
    timestamp: envelope === 'intake' ? epochMillis(sent) : formatMillis(sent),
    hostname: story.host,
    service: story.service,
    ddsource: 'runtime-security-agent',
    ddtags: tags(story).join(','),
    ...(envelope === 'collector' && random.chance(0.5) && { source_type: 'datadog_agent', path: '/api/v2/logs' }),
  };
}

function archiveLine(event: JsonObject, random: Random, story: Story): JsonObject {
  // Nobody has said whether the archive lifts the date out of the event, so it does now and then, for today's agents.
  const { date, ...undated } = event;
  const current = (event['agent'] as JsonObject | undefined)?.['os'] !== undefined;
  const lifted = date !== undefined && current && random.chance(0.2);
  return {
    _id: random.token(24),
    date: formatMillis(story.at),
    host: story.host,
    source: 'runtime-security-agent',
    service: story.service === '' ? 'runtime-security-agent' : story.service,
    status: 'info',
    ...(random.chance(0.7) && { message: story.rule.title }),
    ...(random.chance(0.7) && { tags: tags(story) }),
    attributes: lifted ? undated : event,
  };
}

function tags({ rule, host, container }: Story): string[] {
  return [
    `rule_id:${rule.id}`,
    ...rule.tags,
    'env:prod',
    `host:${host}`,
    'aws_account:123456789012',
    ...(container ? [`container_id:${container.id}`, 'image_name:example/storefront', 'kube_namespace:shop'] : []),
  ];
}
