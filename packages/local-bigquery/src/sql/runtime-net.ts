import { type RuntimeTable, runtime } from './runtime-function.ts';

/** The bytes of an IP address; undefined where the text is none. */
const parseIp = (text: string): Uint8Array | undefined => parseIpv4(text) ?? parseIpv6(text);

function parseIpv4(text: string): Uint8Array | undefined {
  if (!/^\d{1,3}(?:\.\d{1,3}){3}$/.test(text)) return undefined;
  const parts = text.split('.');
  // Leading zeros could mean octal.
  if (parts.some((part) => Number(part) > 255 || (part.length > 1 && part.startsWith('0')))) return undefined;
  return Uint8Array.from(parts.map(Number));
}

function parseIpv6(text: string): Uint8Array | undefined {
  const halves = text.split('::');
  if (halves.length > 2 || !/^[0-9a-fA-F:.]+$/.test(text)) return undefined;
  const groups = (half: string): number[] | undefined => {
    if (half === '') return [];
    const found: number[] = [];
    const parts = half.split(':');
    for (const [i, part] of parts.entries()) {
      const v4 = i === parts.length - 1 ? parseIpv4(part) : undefined;
      if (v4) found.push((at(v4, 0) << 8) | at(v4, 1), (at(v4, 2) << 8) | at(v4, 3));
      else if (/^[0-9a-fA-F]{1,4}$/.test(part)) found.push(Number.parseInt(part, 16));
      else return undefined;
    }
    return found;
  };
  const [head, tail] = [groups(halves[0] ?? ''), halves.length === 2 ? groups(halves[1] ?? '') : []];
  if (head === undefined || tail === undefined) return undefined;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const all = [...head, ...Array.from({ length: Math.max(missing, 0) }, () => 0), ...tail];
  return Uint8Array.from(all.flatMap((group) => [group >> 8, group & 0xff]));
}

const at = (bytes: Uint8Array, i: number): number => bytes[i] ?? 0;

function ipText(bytes: Uint8Array, name: string): string {
  if (bytes.length === 4) return Array.from(bytes).join('.');
  if (bytes.length !== 16) throw new Error(`${name}: the argument must have a length of 4 or 16 bytes`);
  const groups = Array.from({ length: 8 }, (_, i) => (at(bytes, 2 * i) << 8) | at(bytes, 2 * i + 1));
  if (groups.slice(0, 5).every((g) => g === 0) && groups[5] === 0xffff) return `::ffff:${Array.from(bytes.slice(12)).join('.')}`;
  // The longest run of zeros, of two groups or more, is left out.
  let [start, length] = [-1, 1];
  for (let i = 0; i < 8; i += 1) {
    let run = 0;
    while (i + run < 8 && groups[i + run] === 0) run += 1;
    if (run > length) [start, length] = [i, run];
  }
  const hex = (list: readonly number[]): string => list.map((g) => g.toString(16)).join(':');
  return start < 0 ? hex(groups) : `${hex(groups.slice(0, start))}::${hex(groups.slice(start + length))}`;
}

function mask(size: bigint, prefix: bigint, name: string): Uint8Array {
  const bits = size * 8n;
  if (size !== 4n && size !== 16n) throw new Error(`${name}: the first argument must be either 4 or 16`);
  if (prefix < 0n || prefix > bits) throw new Error(`${name}: the second argument must be in the range from 0 to ${String(bits)}`);
  return Uint8Array.from({ length: Number(size) }, (_, i) => {
    const ones = Math.min(8, Math.max(0, Number(prefix) - 8 * i));
    return (0xff << (8 - ones)) & 0xff;
  });
}

function truncated(bytes: Uint8Array, prefix: bigint): Uint8Array {
  if (bytes.length !== 4 && bytes.length !== 16) throw new Error('NET.IP_TRUNC: length of the first argument must be either 4 or 16');
  const limit = bytes.length * 8;
  if (prefix < 0n || prefix > BigInt(limit)) throw new Error(`NET.IP_TRUNC: length must be in the range from 0 to ${String(limit)}`);
  const kept = mask(BigInt(bytes.length), prefix, 'NET.IP_TRUNC');
  return bytes.map((byte, i) => byte & at(kept, i));
}

export const NET_RUNTIME: RuntimeTable = {
  bq_ip_parse: runtime(['text'], 'bytes', (text) => {
    const bytes = parseIp(text);
    if (bytes === undefined) throw new Error(`Invalid IP address: ${text}`);
    return bytes;
  }),
  bq_ip_parse_safe: runtime(['text'], 'bytes', (text) => parseIp(text) ?? null),
  bq_ip_text: runtime(['bytes'], 'text', (bytes) => ipText(bytes, 'NET.IP_TO_STRING')),
  bq_ip_mask: runtime(['int', 'int'], 'bytes', (size, prefix) => mask(size, prefix, 'NET.IP_NET_MASK')),
  bq_ip_trunc: runtime(['bytes', 'int'], 'bytes', truncated),
  bq_ipv4_of: runtime(['int'], 'bytes', (value) => {
    if (value > 0xffffffffn || value < -0x80000000n) throw new Error(`NET.IPV4_FROM_INT64: the argument is out of range: ${String(value)}`);
    const unsigned = Number(BigInt.asUintN(32, value));
    return Uint8Array.from([24, 16, 8, 0].map((shift) => (unsigned >>> shift) & 0xff));
  }),
  bq_ipv4_to: runtime(['bytes'], 'int', (bytes) => {
    if (bytes.length !== 4) throw new Error('NET.IPV4_TO_INT64: the argument must have a length of 4 bytes');
    return BigInt(Buffer.from(bytes).readUInt32BE());
  }),
};
