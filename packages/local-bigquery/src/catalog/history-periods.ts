import type { TableRecord } from './records.ts';

/** `enable_change_history` set or taken back at a time: which times it was set is kept. */
export function changeHistoryOf(
  { changeHistory = [] }: Pick<TableRecord, 'changeHistory'>,
  enabled: boolean | undefined,
  micros: bigint,
): Pick<TableRecord, 'changeHistory'> {
  const isOpen = changeHistory.some((period) => period.toMicros === undefined);
  if (enabled === undefined || enabled === isOpen) return changeHistory.length > 0 ? { changeHistory } : {};
  if (enabled) return { changeHistory: [...changeHistory, { fromMicros: String(micros) }] };
  return {
    changeHistory: changeHistory.map((period) => (period.toMicros === undefined ? { ...period, toMicros: String(micros) } : period)),
  };
}
