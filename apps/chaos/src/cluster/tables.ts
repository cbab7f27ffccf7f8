import { type ChaosTable, TABLES } from '../source/tables.ts';
import type { Random } from '../random.ts';

/** A table of a cluster run. */
export interface ClusterTable extends ChaosTable {
  /** Whether the application declares its target; otherwise the plugin makes it. */
  readonly isDeclared: boolean;
}

/** Who declares the targets: the application, the plugin, or each of them every second one. */
export type TargetChoice = 'declared' | 'made' | 'both';

export type TableSize = 'small' | 'medium' | 'large';

/** Rows per commit of all but large tables: the plugin lowers a greater size where commits are slow, but none of this size or less. */
export const SMALL_COMMIT_ROWS = 200;
const ROWS: Readonly<Record<TableSize, number>> = { small: 15 * SMALL_COMMIT_ROWS, medium: 75 * SMALL_COMMIT_ROWS, large: 60_000 };
/** A last commit of 100 writes or more is safe in Harper, and of 98 and 99 rows, too, with the records beside them. */
const MOST_LAST_ROWS = 97;

/** Draws tables whose backfill ends with a commit of 1 to 97 rows: the four tables of one node, under numbered names. */
export class TableMaker {
  readonly #random: Random;
  readonly #targets: TargetChoice;
  #made = 0;

  constructor(random: Random, targets: TargetChoice) {
    this.#random = random;
    this.#targets = targets;
  }

  make(size: TableSize): ClusterTable {
    const n = this.#made++;
    const shape = TABLES[n % TABLES.length] ?? TABLES[0];
    return {
      ...shape,
      id: `${shape.id}_${n + 1}`,
      target: `${shape.target}${n + 1}`,
      isDeclared: this.#targets === 'declared' || (this.#targets === 'both' && Math.floor(n / TABLES.length) % 2 === 0),
      initialRows: ROWS[size] + this.#lastRows(n),
      ...(size === 'large' ? {} : { sync: { initialBatchSize: SMALL_COMMIT_ROWS } }),
    };
  }

  /** Both ends are always there. */
  #lastRows(n: number): number {
    const drawn = this.#random.between(1, MOST_LAST_ROWS);
    return n === 0 ? 1 : n === 1 ? MOST_LAST_ROWS : drawn;
  }
}

/** GraphQL declarations of the targets that the application declares, with types that lose nothing. */
export function declarationsOf(tables: readonly ClusterTable[]): string {
  return tables
    .filter(({ isDeclared }) => isDeclared)
    .map(declarationOf)
    .join('\n');
}

function declarationOf({ target, primaryKey, schema, timestampColumn }: ClusterTable): string {
  const [first, ...others] = primaryKey;
  const key = others.length === 0 ? first : 'id';
  const columns = schema
    .filter(({ name }) => name !== key)
    .map(({ name, type }) => `${name}: ${HARPER_TYPES[type] ?? 'String'}${name === timestampColumn ? ' @indexed' : ''}`);
  return `type ${target} @table @export { ${[`${key}: ID @primaryKey`, ...columns, '_syncedAt: String'].join(' ')} }`;
}

const HARPER_TYPES: Readonly<Record<string, string | undefined>> = { INT64: 'Any', FLOAT64: 'Float' };
