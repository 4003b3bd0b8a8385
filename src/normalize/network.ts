/** Contexts of network events. */
import { type Context, context } from './fields.ts';
import { boolean, integer, list, object, text, texts } from './kinds.ts';

const device = context('network_device', { netns: integer, ifindex: integer, ifname: text });
const address = context('ip_port', { ip: text, port: integer });
const familyAddress = context('ip_port_family', { family: text, ip: text, port: integer });

const NETWORK_FIELDS = {
  device: object(device),
  l3_protocol: text,
  l4_protocol: text,
  source: object(address),
  destination: object(address),
  size: integer,
  network_direction: text,
  type: text,
};

const statistics = context('network_stats', { data_size: integer, packet_count: integer });
const flow = context('flow', {
  l3_protocol: text,
  l4_protocol: text,
  source: object(address),
  destination: object(address),
  ingress: object(statistics),
  egress: object(statistics),
});

const question = context('dns_question', { class: text, type: text, name: text, size: integer, count: integer });
const response = context('dns_response', { code: integer });

const securityCredentials = context('aws_security_credentials', {
  code: text,
  type: text,
  access_key_id: text,
  last_updated: text,
  expiration: text,
});
const awsImds = context('aws_imds', { is_imds_v2: boolean, security_credentials: object(securityCredentials) });

export const awsSecurityCredentials = list(object(securityCredentials));

export const NETWORK_CONTEXTS: { readonly [key: string]: Context } = {
  network: context('network', NETWORK_FIELDS),
  packet: context('packet', { ...NETWORK_FIELDS, tls: object(context('tls', { version: text })), dropped: boolean }),
  network_flow_monitor: context('network_flow_monitor', { device: object(device), flows: list(object(flow)) }),
  dns: context('dns', { id: integer, is_query: boolean, question: object(question), response: object(response) }),
  imds: context('imds', {
    type: text,
    cloud_provider: text,
    url: text,
    host: text,
    user_agent: text,
    server: text,
    aws: object(awsImds),
  }),
  // One version fills the protocol of a bind from the wrong event; there is no way to tell, so it stays as reported.
  bind: context('bind', { addr: object(familyAddress), protocol: text }),
  connect: context('connect', { addr: object(familyAddress), hostnames: texts, protocol: text }),
  accept: context('accept', { addr: object(familyAddress), hostnames: texts }),
  setsockopt: context('setsockopt', {
    socket_type: text,
    socket_family: text,
    filter_len: integer,
    socket_protocol: text,
    level: text,
    optname: text,
    is_filter_truncated: boolean,
    filter: text,
    filter_hash: text,
  }),
};
