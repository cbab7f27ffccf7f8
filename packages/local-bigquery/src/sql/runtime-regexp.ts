import { checkedRewrite, groupsOf } from './regexp-groups.ts';
import { type RuntimeTable, runtime } from './runtime-function.ts';

export const REGEXP_RUNTIME: RuntimeTable = {
  bq_regexp_group: runtime(['text'], 'int', (pattern) => {
    const groups = groupsOf(pattern);
    if (groups > 1) throw new Error('Regular expressions passed into extraction functions must not have more than 1 capturing group');
    return BigInt(groups);
  }),
  bq_regexp_rewrite: runtime(['text', 'text'], 'text', checkedRewrite),
};
