import { checkedRewrite, groupsOf } from './regexp-groups.ts';
import { type RuntimeTable, runtime } from './runtime-function.ts';

/** Syntax that RE2 and JavaScript read in different ways, or only one of them. */
const OTHER_SYNTAX = /\(\?[^:]|\\[AzQCpP]|\[\[:/;

/** Whether the group of a pattern matched nothing, or took no part in the match: '' or NULL. */
function emptyGroup(text: string, pattern: string): string | null {
  if (OTHER_SYNTAX.test(pattern)) throw new Error(`Not supported by the local BigQuery: a group that matches nothing in ${pattern}`);
  return new RegExp(pattern, 'u').exec(text)?.[1] === undefined ? null : '';
}

export const REGEXP_RUNTIME: RuntimeTable = {
  bq_regexp_group: runtime(['text'], 'int', (pattern) => {
    const groups = groupsOf(pattern);
    if (groups > 1) throw new Error('Regular expressions passed into extraction functions must not have more than 1 capturing group');
    return BigInt(groups);
  }),
  bq_regexp_empty: runtime(['text', 'text'], 'text', emptyGroup),
  bq_regexp_rewrite: runtime(['text', 'text'], 'text', checkedRewrite),
};
