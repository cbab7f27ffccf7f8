import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import type { Field } from '../sql/contract.ts';
import { defaultsOf } from '../sql/default-value.ts';
import { quoteName } from '../storage/sql-text.ts';
import { type InsertOptions, insertRows, type StoredShape } from '../storage/versioned-table.ts';
import { RowStage } from './row-stage.ts';

/** Names the set of columns that a row leaves out. */
const GROUP: Field = { name: '_ROW_TIMESTAMP_GROUP', type: 'INT64', mode: 'NULLABLE' };

/** Rows on their way into a table, of which those that leave out a column get its default: an absent value is not a NULL. */
export class DefaultStage {
  readonly #stage: RowStage;
  readonly #fields: readonly Field[];
  readonly #withDefault: readonly string[];
  /** Column names that are left out, to the number of the group. */
  readonly #groups = new Map<string, number>();

  private constructor(stage: RowStage, fields: readonly Field[], withDefault: readonly string[]) {
    this.#stage = stage;
    this.#fields = fields;
    this.#withDefault = withDefault;
  }

  static use<T>(connection: DuckDBConnection, fields: readonly Field[], task: (stage: DefaultStage) => Promise<T>): Promise<T> {
    const withDefault = fields.filter((field) => field.defaultValue !== undefined).map((field) => field.name.toLowerCase());
    const staged = withDefault.length > 0 ? [...fields, GROUP] : fields;
    return RowStage.use(connection, staged, (stage) => task(new DefaultStage(stage, fields, withDefault)));
  }

  get rows(): number {
    return this.#stage.rows;
  }

  /** @param given the row's own keys */
  add(values: readonly DuckDBValue[], given: Readonly<Record<string, unknown>>): void {
    if (this.#withDefault.length === 0) {
      this.#stage.add(values);
      return;
    }
    const keys = new Set(Object.keys(given).map((key) => key.toLowerCase()));
    const absent = this.#withDefault.filter((name) => !keys.has(name)).join('\n');
    const group = this.#groups.get(absent) ?? this.#groups.size;
    this.#groups.set(absent, group);
    this.#stage.add([...values, BigInt(group)]);
  }

  /** Adds the rows of a relation. */
  async fill(
    connection: DuckDBConnection,
    relation: string,
    columns: readonly { readonly sql: string; readonly name: string; readonly isGiven: boolean }[],
  ): Promise<void> {
    const absent = columns.filter(({ name, isGiven }) => !isGiven && this.#withDefault.includes(name.toLowerCase()));
    this.#groups.set(absent.map(({ name }) => name.toLowerCase()).join('\n'), 0);
    const list = [...columns.map(({ sql }) => sql), ...(this.#withDefault.length > 0 ? ['0'] : [])].join(', ');
    await connection.run(`INSERT INTO ${RowStage.relation} SELECT ${list} FROM ${relation}`);
  }

  flush(): void {
    this.#stage.flush();
  }

  /** Adds the staged rows to a table; returns how many. */
  async insert(connection: DuckDBConnection, shape: StoredShape, micros: bigint, options: InsertOptions = {}): Promise<number> {
    const names = this.#fields.map((field) => field.name);
    if (this.#withDefault.length === 0) return insertRows(connection, shape, RowStage.relation, names, micros, options);
    const defaults = defaultsOf(this.#fields, options.stampMicros ?? micros);
    let rows = 0;
    for (const [absent, group] of this.#groups) {
      const left = new Set(absent === '' ? [] : absent.split('\n'));
      const columns = names.filter((name) => !left.has(name.toLowerCase()));
      const source = `(SELECT ${columns.map(quoteName).join(', ')} FROM ${RowStage.relation} WHERE ${quoteName(GROUP.name)} = ${group})`;
      rows += await insertRows(connection, shape, source, columns, micros, { ...options, defaults });
    }
    return rows;
  }
}
