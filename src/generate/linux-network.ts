/** Contexts of network events in the single-platform and Linux generations. */
import type { JsonObject } from '../types.ts';
import { integer, present } from './json-value.ts';
import type { Teller } from './linux-file.ts';
import { awsCredentials } from './linux-process.ts';
import type { Random } from './random.ts';
import type { Endpoint } from './story.ts';

/** The contexts of one network event, or nothing when the name is not one of them. */
export function networkContexts(name: string, teller: Teller): JsonObject | undefined {
  const { random, story, generation } = teller;
  const linux = generation === 'linux';
  const hostnames = () => (random.chance(0.5) ? [story.domain] : []);
  switch (name) {
    case 'bind':
      return { bind: { addr: withFamily(story.local), ...(linux && { protocol: transport(random) }) } };
    case 'connect':
      return { connect: { addr: withFamily(story.peer), hostnames: hostnames(), protocol: transport(random) } };
    case 'accept':
      return { accept: { addr: withFamily(story.peer), hostnames: hostnames() } };
    case 'setsockopt':
      return { setsockopt: socketOption(random), syscall: linuxSyscall(random) };
    case 'dns':
      return { dns: dns(teller), network: flow(teller, 'IP_PROTO_UDP', 53) };
    case 'imds':
      return { imds: imds(random), network: flow(teller, 'IP_PROTO_TCP', 80) };
    case 'packet':
    case 'packet_action':
      return {
        packet: present({
          ...flow(teller, 'IP_PROTO_TCP', story.peer.port),
          tls: random.maybe(0.5, () => ({ version: random.pick(['TLS_VERSION_1_2', 'TLS_VERSION_1_3']) })),
          dropped: name === 'packet_action' ? true : undefined,
        }),
      };
    case 'network_flow_monitor':
      return { network_flow_monitor: { device: device(random), flows: flows(teller) } };
    default:
      return undefined;
  }
}

function linuxSyscall(random: Random): JsonObject {
  return { setsockopt: present({ flags: random.maybe(0.5, () => 26), dirfd: random.maybe(0.2, () => -100) }) };
}

const isV6 = ({ ip }: Endpoint) => ip.includes(':');
const withFamily = (endpoint: Endpoint) => ({ family: isV6(endpoint) ? 'AF_INET6' : 'AF_INET', ...endpoint });
const transport = (random: Random) => random.pick(['IP_PROTO_TCP', 'IP_PROTO_UDP']);
const device = (random: Random) => ({
  netns: 4_026_531_840 + random.int(0, 500),
  ifindex: random.int(1, 40),
  ifname: random.pick(['eth0', 'ens5', 'veth7c3f2a1']),
});

function flow({ random, generation, story }: Teller, l4: string, port: number): JsonObject {
  return present({
    device: random.maybe(0.8, () => device(random)),
    l3_protocol: isV6(story.peer) ? 'ETH_P_IPV6' : 'ETH_P_IP',
    l4_protocol: l4,
    source: { ...story.local, port: 40_000 + (story.local.port % 20_000) },
    destination: { ip: story.peer.ip, port },
    size: random.int(54, 1500),
    ...(generation === 'linux' && {
      network_direction: random.pick(['egress', 'ingress']),
      type: random.maybe(0.7, () => random.pick(['packet', 'dns', 'icmp'])),
    }),
  });
}

function flows({ random, story }: Teller): JsonObject[] {
  // Counters of a long-lived flow pass 2^53.
  const counter = () => integer(random.chance(0.1) ? '9223372036854775809' : String(random.int(60, 9_000_000)));
  return Array.from({ length: random.int(1, 3) }, () =>
    present({
      l3_protocol: 'ETH_P_IP',
      l4_protocol: transport(random),
      source: { ip: '192.0.2.15', port: random.int(32_768, 60_999) },
      destination: { ip: story.peer.ip, port: story.peer.port },
      ingress: random.maybe(0.8, () => ({ data_size: counter(), packet_count: counter() })),
      egress: random.maybe(0.8, () => ({ data_size: counter(), packet_count: counter() })),
    }),
  );
}

function dns({ random, generation, story }: Teller): JsonObject {
  const question = {
    class: 'IN',
    type: random.pick(['A', 'AAAA', 'TXT', 'PTR']),
    name: story.domain,
    size: story.domain.length + 18,
    count: 1,
  };
  const id = random.int(1, 65_535);
  return generation === 'linux'
    ? { id, is_query: random.chance(0.7), question, response: { code: random.pick([0, 0, 0, 3]) } }
    : { id, question };
}

function imds(random: Random): JsonObject {
  return present({
    type: random.pick(['request', 'response']),
    cloud_provider: random.pick(['aws', 'aws', 'gcp', 'azure']),
    url: random.maybe(0.8, () => '/latest/meta-data/iam/security-credentials/example-role'),
    host: random.maybe(0.8, () => '169.254.169.254'),
    user_agent: random.maybe(0.7, () => 'curl/7.88.1'),
    server: random.maybe(0.5, () => 'EC2ws'),
    aws: random.maybe(0.6, () =>
      present({ is_imds_v2: random.chance(0.5), security_credentials: random.maybe(0.6, () => awsCredentials(random)) }),
    ),
  });
}

function socketOption(random: Random): JsonObject {
  return present({
    socket_type: random.pick(['SOCK_STREAM', 'SOCK_RAW', 'SOCK_DGRAM']),
    socket_family: random.pick(['AF_INET', 'AF_PACKET']),
    filter_len: random.maybe(0.6, () => random.int(1, 64)),
    socket_protocol: random.pick(['IPPROTO_TCP', 'IPPROTO_RAW']),
    level: 'SOL_SOCKET',
    optname: random.pick(['SO_ATTACH_FILTER', 'SO_REUSEPORT']),
    is_filter_truncated: random.maybe(0.2, () => true),
    filter: random.maybe(0.6, () => '0: ldh [12]\\n1: jneq #0x800,6\\n2: ldb [23]\\n3: jneq #0x11,4\\n4: ret #65535'),
    filter_hash: random.maybe(0.6, () => random.hex(64)),
  });
}
