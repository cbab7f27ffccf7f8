import type { TargetKey } from '@bqsync/core';

/** How rows are identified, for people. */
export function keyText(key: TargetKey): string {
  if (key.kind === 'columns') return key.columns.join(' + ');
  return key.ordinal ? 'a hash of the content, identical rows numbered' : 'a hash of the content';
}
