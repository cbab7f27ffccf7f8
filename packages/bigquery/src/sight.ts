import type { TableSpec } from '@bqsync/core';
import { BqsyncError } from '@bqsync/errors';
import { tableName } from './describe.ts';
import { isRecord } from './errors.ts';
import type { Withheld } from './job.ts';
import type { FieldResource, TableResource } from './rest.ts';
import { maxStalenessOf } from './storage-state.ts';
import type { SourceNotice } from './storage/availability.ts';
import type { Transport } from './transport.ts';

/** For so long it is known whether a table has row access policies, which cannot be seen in its description. */
const POLICIES_MS = 10 * 60_000;

/** After a failure that may pass: a call that hangs must not hold up each poll. */
const AGAIN_MS = 60_000;

/** Whether a table has row access policies; `unknown`: this account may not list them. */
export type RowPolicies = 'some' | 'none' | 'unknown';

/** What of a table this account may not see, or not as it is now. */
export interface Visibility {
  readonly filtered: boolean;
  readonly notices: readonly string[];
  readonly rowPolicies: RowPolicies;
  /** Selected columns whose values may come masked, or may be denied. */
  readonly guardedColumns: readonly string[];
}

interface Known {
  readonly policies: RowPolicies;
  readonly until: number;
}

/** Learns what BigQuery withholds from this account without an error, and says it once. */
export class Sight {
  readonly #notify: (notice: SourceNotice) => void;
  readonly #now: () => number;
  readonly #policies = new Map<string, Known>();
  readonly #withheld = new Map<string, Withheld>();
  readonly #said = new Set<string>();

  /** `now`: milliseconds that never step back. */
  constructor(notify: (notice: SourceNotice) => void, now: () => number) {
    this.#notify = notify;
    this.#now = now;
  }

  /** A query of a table is done, and says what it left out. */
  note(table: TableSpec, withheld: Withheld): void {
    const before = this.#withheld.get(table.id) ?? { rows: false, values: false };
    this.#withheld.set(table.id, { rows: before.rows || withheld.rows, values: before.values || withheld.values });
    if (withheld.rows) this.#say(table.id, ROWS);
    if (withheld.values && !before.values) this.#say(table.id, MASKED);
  }

  /** @param columns - selected ones of the resource's schema */
  async of(
    transport: Transport,
    table: TableSpec,
    resource: TableResource,
    columns: readonly FieldResource[],
    signal: AbortSignal,
  ): Promise<Visibility> {
    const withheld = this.#withheld.get(table.id) ?? { rows: false, values: false };
    const rowPolicies = withheld.rows ? 'some' : await this.#policiesOf(transport, table, signal);
    const masked = columns.filter((field) => within(field, ({ dataPolicies = [] }) => dataPolicies.length > 0)).map(({ name }) => name);
    const tagged = columns
      .filter((field) => !masked.includes(field.name) && within(field, ({ policyTags }) => (policyTags?.names?.length ?? 0) > 0))
      .map(({ name }) => name);
    const notices = [
      ...(rowPolicies === 'some' ? [ROWS] : []),
      ...(masked.length > 0
        ? [`${listed(masked)} a data policy: values may come masked, and are copied as this account may see them`]
        : []),
      ...(tagged.length > 0
        ? [`${listed(tagged)} a policy tag: reading is denied, or values may come masked, and are copied as this account may see them`]
        : []),
      ...(withheld.values && masked.length === 0 && tagged.length === 0 ? [MASKED] : []),
      ...stalenessNotices(resource, table),
    ];
    for (const notice of notices) this.#say(table.id, notice);
    return {
      filtered: rowPolicies === 'some' || withheld.values || masked.length > 0 || tagged.length > 0,
      notices,
      rowPolicies,
      guardedColumns: [...masked, ...tagged],
    };
  }

  async #policiesOf(transport: Transport, table: TableSpec, signal: AbortSignal): Promise<RowPolicies> {
    const known = this.#policies.get(tableName(table));
    if (known !== undefined && known.until > this.#now()) return known.policies;
    const policies = await policiesIn(transport, table, signal);
    const now = this.#now();
    const learnt =
      policies === undefined
        ? { policies: known?.policies ?? ('unknown' as const), until: now + AGAIN_MS }
        : { policies, until: now + POLICIES_MS };
    this.#policies.set(tableName(table), learnt);
    return learnt.policies;
  }

  #say(tableId: string, message: string): void {
    if (this.#said.has(`${tableId}/${message}`)) return;
    this.#said.add(`${tableId}/${message}`);
    this.#notify({ tableId, message });
  }
}

const ROWS = 'row access policies filter its rows: the copy is exact as this account may see it';
const MASKED = 'values of it come masked: they are copied as this account may see them';

/** Free. Listing them is a permission of its own, which an account that reads need not have. Undefined: another call may tell. */
async function policiesIn(transport: Transport, { source, ...table }: TableSpec, signal: AbortSignal): Promise<RowPolicies | undefined> {
  const path = `/datasets/${encodeURIComponent(source.dataset)}/tables/${encodeURIComponent(source.table)}/rowAccessPolicies`;
  const place = { doing: 'list the row access policies', table: tableName({ source, ...table }) };
  try {
    const { body } = await transport.get({ path, query: { pageSize: 1 }, projectId: source.project, place, signal });
    return isRecord(body) && Array.isArray(body['rowAccessPolicies']) && body['rowAccessPolicies'].length > 0 ? 'some' : 'none';
  } catch (error) {
    if (error instanceof BqsyncError && error.code !== 'BQS_ABORTED') return error.retryable ? undefined : 'unknown';
    throw error;
  }
}

function within(field: FieldResource, holds: (field: FieldResource) => boolean): boolean {
  return holds(field) || (field.fields ?? []).some((inner) => within(inner, holds));
}

/** `columns a and b have`, `column a has` */
function listed(names: readonly string[]): string {
  return names.length === 1 ? `column ${names[0] ?? ''} has` : `columns ${names.slice(0, -1).join(', ')} and ${names.at(-1) ?? ''} have`;
}

function stalenessNotices(resource: TableResource, table: TableSpec): string[] {
  const seconds = Number(maxStalenessOf(resource.maxStaleness) / 1_000_000n);
  if (seconds === 0) return [];
  const span = seconds % 3600 === 0 ? `${seconds / 3600} h` : seconds % 60 === 0 ? `${seconds / 60} min` : `${seconds} s`;
  const isKeyed = (resource.tableConstraints?.primaryKey?.columns ?? []).length > 0;
  return [
    `it may be answered from ${span} ago (maxStaleness): the copy is exact as of that much earlier`,
    ...(isKeyed
      ? [
          `it has a key and a maxStaleness, as tables that change data capture writes: updates that do not raise ${table.cursorColumn}, and deletes, are not seen`,
        ]
      : []),
  ];
}
