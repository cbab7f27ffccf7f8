import { type FunctionTable, overload } from './function-table.ts';
import { BYTES, INT64, STRING } from './types.ts';

/** What needs no list of public suffixes. */
export const NET_FUNCTIONS: FunctionTable = {
  'NET.IP_FROM_STRING': [overload([STRING], BYTES, (x) => `bq_ip_parse(${x})`)],
  'NET.SAFE_IP_FROM_STRING': [overload([STRING], BYTES, (x) => `bq_ip_parse_safe(${x})`)],
  'NET.IP_TO_STRING': [overload([BYTES], STRING, (x) => `bq_ip_text(${x})`)],
  'NET.IP_NET_MASK': [overload([INT64, INT64], BYTES, (size, prefix) => `bq_ip_mask(${size}, ${prefix})`)],
  'NET.IP_TRUNC': [overload([BYTES, INT64], BYTES, (x, prefix) => `bq_ip_trunc(${x}, ${prefix})`)],
  'NET.IPV4_FROM_INT64': [overload([INT64], BYTES, (x) => `bq_ipv4_of(${x})`)],
  'NET.IPV4_TO_INT64': [overload([BYTES], INT64, (x) => `bq_ipv4_to(${x})`)],
};
