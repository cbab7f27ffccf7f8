import type { CompareOp } from './ast.ts';
import { DAY } from './civil-time.ts';
import type { PartitionConstraint } from './contract.ts';
import type { BaseColumn, TableUse, Typed } from './typed.ts';

/** What is known of the partitioning column of each table where a predicate is true. */
export type Pruning = ReadonlyMap<TableUse, PartitionConstraint>;

const NOTHING: PartitionConstraint = { nulls: false, values: false };
const FLIPPED: Readonly<Record<CompareOp, CompareOp>> = { '=': '=', '!=': '!=', '<': '>', '<=': '>=', '>': '<', '>=': '<=' };

/** The constraint of `left op right`, where one side is a partitioning column alone and the other a constant whose value is known. */
export function comparisonPruning(op: CompareOp, left: Typed, right: Typed): Pruning | undefined {
  if (partitioningColumn(left) !== undefined) return columnPruning(op, left, right);
  return columnPruning(FLIPPED[op], right, left);
}

function columnPruning(op: CompareOp, side: Typed, other: Typed): Pruning | undefined {
  const column = partitioningColumn(side);
  if (column === undefined || !other.constant || other.value === undefined) return undefined;
  if (other.value === null) return new Map([[column.use, NOTHING]]);
  if (typeof other.value !== 'bigint') return undefined;
  const isDate = side.type.kind === 'DATE';
  const from = isDate ? other.value * DAY : other.value;
  const next = from + (isDate ? DAY : 1n);
  const present = { nulls: false, values: true };
  const constraint: Record<CompareOp, PartitionConstraint> = {
    '=': { ...present, from, to: next },
    '!=': present,
    '<': { ...present, to: from },
    '<=': { ...present, to: next },
    '>': { ...present, from: next },
    '>=': { ...present, from },
  };
  return new Map([[column.use, constraint[op]]]);
}

export function nullPruning(operand: Typed, negated: boolean): Pruning | undefined {
  const column = partitioningColumn(operand);
  return column && new Map([[column.use, negated ? { nulls: false, values: true } : { nulls: true, values: false }]]);
}

/** The smallest range that holds every listed constant; undefined where one of them is not known. */
export function listPruning(operand: Typed, list: readonly Typed[]): Pruning | undefined {
  const column = partitioningColumn(operand);
  if (column === undefined) return undefined;
  let hull: PartitionConstraint = NOTHING;
  for (const item of list) {
    const one = columnPruning('=', operand, item)?.get(column.use);
    if (one === undefined) return undefined;
    hull = union(hull, one);
  }
  return new Map([[column.use, hull]]);
}

function partitioningColumn(side: Typed): BaseColumn | undefined {
  const column = side.column;
  const partitioning = column?.use.table.partitioning;
  if (column === undefined || partitioning === undefined) return undefined;
  const name = column.name.toLowerCase();
  const { field } = partitioning;
  const isIngestionTime = field === undefined && (name === '_partitiontime' || name === '_partitiondate');
  return isIngestionTime || field?.toLowerCase() === name ? column : undefined;
}

/** Both predicates hold. */
export function bothPruning(a: Pruning | undefined, b: Pruning | undefined): Pruning | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  const result = new Map(a);
  for (const [use, constraint] of b) {
    const known = result.get(use);
    result.set(use, known ? intersect(known, constraint) : constraint);
  }
  return result;
}

function intersect(a: PartitionConstraint, b: PartitionConstraint): PartitionConstraint {
  const from = pick(a.from, b.from, (x, y) => x > y);
  const to = pick(a.to, b.to, (x, y) => x < y);
  const empty = from !== undefined && to !== undefined && from >= to;
  return limits(from, to, a.nulls && b.nulls, a.values && b.values && !empty);
}

function union(a: PartitionConstraint, b: PartitionConstraint): PartitionConstraint {
  if (!a.values) return { ...b, nulls: a.nulls || b.nulls };
  if (!b.values) return { ...a, nulls: a.nulls || b.nulls };
  const from = a.from === undefined || b.from === undefined ? undefined : a.from < b.from ? a.from : b.from;
  const to = a.to === undefined || b.to === undefined ? undefined : a.to > b.to ? a.to : b.to;
  return limits(from, to, a.nulls || b.nulls, true);
}

function pick(a: bigint | undefined, b: bigint | undefined, first: (x: bigint, y: bigint) => boolean): bigint | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return first(a, b) ? a : b;
}

function limits(from: bigint | undefined, to: bigint | undefined, nulls: boolean, values: boolean): PartitionConstraint {
  if (!values) return { nulls, values };
  return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }), nulls, values };
}
