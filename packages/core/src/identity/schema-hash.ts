import { hash } from 'node:crypto';
import type { Column } from '../ports/row.ts';

/**
 * What a stored schema hash says of the columns that are there now:
 * - `added`: all that were there stand where they stood, as they were, and others follow them: rows read before are as good as ever;
 * - `other`: one was renamed, dropped, retyped or moved, so that no row read before can be trusted. Columns change places where two have swapped names.
 */
export type SchemaChange = 'none' | 'added' | 'other';

/** Lists of columns are never changed, so the hash of one holds. */
const hashes = new WeakMap<readonly Column[], string>();

/** Differs with any selected column's name, type, mode or place. */
export function columnsHash(columns: readonly Column[]): string {
  let known = hashes.get(columns);
  if (known === undefined) hashes.set(columns, (known = shortHash(JSON.stringify(columns.map(describeColumn)))));
  return known;
}

/**
 * Names columns in a short text that {@link schemaChange} can compare: their hash, and how many there are, with the number of fields of each STRUCT
 * in brackets. BigQuery puts what is added behind what is there.
 */
export function schemaHashOf(columns: readonly Column[]): string {
  return `${columnsHash(columns)}/${outlineOf(columns)}`;
}

export function schemaChange(stored: string, columns: readonly Column[]): SchemaChange {
  const [known = '', outline] = stored.split('/');
  const now = columnsHash(columns);
  if (known === now) return 'none';
  // Written by a version that did not count: nothing tells what was added from what was changed.
  if (outline === undefined) return 'other';
  const before = pruned(columns, outline.match(/\d+|[()]/g) ?? []);
  return before !== undefined && columnsHash(before) === known ? 'added' : 'other';
}

function outlineOf(columns: readonly Column[]): string {
  const inner = columns.flatMap(({ type, fields }) => (type === 'STRUCT' ? [outlineOf(fields ?? [])] : []));
  return `${columns.length}${inner.length === 0 ? '' : `(${inner.join(',')})`}`;
}

/** As many columns, and fields of each STRUCT, as an outline counts; undefined where there are not as many. Takes what it reads off `tokens`. */
function pruned(columns: readonly Column[], tokens: string[]): Column[] | undefined {
  const count = Number(tokens.shift());
  if (!(count <= columns.length)) return undefined;
  const hasInner = tokens[0] === '(';
  if (hasInner) tokens.shift();
  const kept: Column[] = [];
  for (const column of columns.slice(0, count)) {
    if (column.type !== 'STRUCT') {
      kept.push(column);
      continue;
    }
    const fields = hasInner ? pruned(column.fields ?? [], tokens) : undefined;
    if (fields === undefined) return undefined;
    kept.push({ ...column, fields });
  }
  if (hasInner && tokens.shift() !== ')') return undefined;
  return kept;
}

function describeColumn(column: Column): unknown {
  return [column.name, column.type, column.repeated, column.rangeElement ?? null, column.fields?.map(describeColumn) ?? null];
}

export function shortHash(text: string): string {
  return hash('sha256', text, 'hex').slice(0, 16);
}
