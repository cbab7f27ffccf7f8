import type { CursorType } from '@bqsync/core';
import type { RequiredFilter } from '@bqsync/query';
import type { TableResource } from './rest.ts';

export type PartitionUnit = 'HOUR' | 'DAY' | 'MONTH' | 'YEAR';

/** How a table's rows lie, as far as reading by the cursor depends on it. */
export interface Layout {
  /** Set if the table is partitioned by time on the cursor column: what makes windows along partitions possible. */
  readonly cursorPartitions: PartitionUnit | undefined;
  readonly requiredFilter: RequiredFilter | undefined;
  readonly text: string;
}

/**
 * Only partitions on the cursor column itself make a table prunable. Partitions by ingestion time do not follow the cursor, and a table
 * clustered by the cursor has no stretches with known rows to make windows of: it is backfilled in one scan, and its tail polls are
 * still pruned by BigQuery without anything to do here.
 */
export function layoutOf(resource: TableResource, cursorColumn: string): Layout {
  const time = resource.timePartitioning;
  const unit = unitOf(time?.type);
  const onCursor = time?.field !== undefined && time.field.toLowerCase() === cursorColumn.toLowerCase();
  return {
    cursorPartitions: onCursor ? unit : undefined,
    requiredFilter: requiredFilterOf(resource),
    text: textOf(resource, unit),
  };
}

function unitOf(type: string | undefined): PartitionUnit | undefined {
  return type === 'HOUR' || type === 'DAY' || type === 'MONTH' || type === 'YEAR' ? type : undefined;
}

function requiredFilterOf(resource: TableResource): RequiredFilter | undefined {
  const { timePartitioning: time, rangePartitioning: range } = resource;
  if (resource.requirePartitionFilter !== true && time?.requirePartitionFilter !== true) return undefined;
  if (range?.field !== undefined) return { column: range.field, type: 'INT64' };
  if (time === undefined) return undefined;
  // Partitioned by ingestion time: the pseudo column, which is NULL for rows still in the streaming buffer.
  if (time.field === undefined) return { column: '_PARTITIONTIME', type: 'TIMESTAMP' };
  const folded = time.field.toLowerCase();
  const field = resource.schema?.fields?.find(({ name }) => name.toLowerCase() === folded);
  return { column: time.field, type: cursorTypeOf(field?.type) ?? 'TIMESTAMP' };
}

export function cursorTypeOf(type: string | undefined): CursorType | undefined {
  return type === 'TIMESTAMP' || type === 'DATETIME' || type === 'DATE' ? type : undefined;
}

function textOf(resource: TableResource, unit: PartitionUnit | undefined): string {
  const { timePartitioning: time, rangePartitioning: range, clustering } = resource;
  const partitions =
    time !== undefined
      ? `${unit ?? time.type ?? 'unknown'} partitions ${time.field === undefined ? 'by ingestion time' : `on ${time.field}`}`
      : range !== undefined
        ? `integer range partitions on ${range.field ?? 'an unknown column'}`
        : 'no partitions';
  const clusters = clustering?.fields?.length ? `, clustered by ${clustering.fields.join(', ')}` : '';
  return `${partitions}${clusters}`;
}
