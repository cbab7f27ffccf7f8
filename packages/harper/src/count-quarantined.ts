import { yieldToEventLoop } from './event-loop.ts';
import { readPage } from './harper-internals.ts';
import { DEFAULT_DATABASE, type HarperRecord, type HarperRuntime } from './harper-runtime.ts';
import { stateTable } from './state-tables.ts';

const PAGE_RECORDS = 500;

export interface QuarantineCause {
  /** Stable and short, such as `int-overflow`. */
  readonly reason: string;
  readonly column: string | undefined;
  readonly rows: number;
}

export interface QuarantineCount {
  /** A row counts once, however often it was rejected. */
  readonly rows: number;
  /** The most frequent first. */
  readonly causes: readonly QuarantineCause[];
}

/** How many rows of a table are in quarantine now, and why. Throws `BQS_TARGET_MISSING` without the state tables. */
export async function countQuarantined(
  runtime: HarperRuntime,
  tableId: string,
  stateDatabase: string = DEFAULT_DATABASE,
): Promise<QuarantineCount> {
  const audit = stateTable(runtime, stateDatabase, 'audit');
  // Ids begin with the table's, which has no colon.
  const prefix = `${tableId}:`;
  const causes = new Map<string, QuarantineCause>();
  let rows = 0;
  let after: string | undefined = prefix;
  while (after !== undefined) {
    const page = readPage(audit, after, PAGE_RECORDS);
    for (const { key, record } of page.rows) {
      if (!key.startsWith(prefix) || record.status !== 'quarantined') continue;
      rows++;
      const cause = causeOf(record);
      const name = `${cause.reason}\n${cause.column ?? ''}`;
      causes.set(name, { ...cause, rows: (causes.get(name)?.rows ?? 0) + 1 });
    }
    after = page.last?.startsWith(prefix) === true ? page.last : undefined;
    await yieldToEventLoop();
  }
  return { rows, causes: [...causes.values()].sort((a, b) => b.rows - a.rows) };
}

/** The reason's code and column, and nothing of the row: the message may have a value in it. */
function causeOf({ reason }: HarperRecord): Omit<QuarantineCause, 'rows'> {
  const text = typeof reason === 'string' ? reason : '';
  const colon = text.indexOf(': ');
  const [, quoted, plain] = /column (?:"([^"]+)"|(\S+):)/.exec(text) ?? [];
  return { reason: colon < 0 ? text : text.slice(0, colon), column: quoted ?? plain };
}
