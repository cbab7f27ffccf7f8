import type { HarperProcess } from '@bqsync/harper-process';
import type { BigQuery } from '@google-cloud/bigquery';
import { type ChaosTable, DATASET } from '../source/tables.ts';

/** Rows by their key in Harper, each as one text that is equal only for equal rows. */
export type RowTexts = ReadonlyMap<string, string>;

const ROWS_PER_PAGE = 50_000;

/** Every row that BigQuery has, by Google's client. */
export async function sourceRows(client: BigQuery, table: ChaosTable): Promise<RowTexts> {
  const [rows] = (await client.dataset(DATASET).table(table.id).getRows()) as unknown as [Record<string, unknown>[]];
  return new Map(rows.map((row) => [keyOf(table, row), textOf(table, row, sourceText)]));
}

/** Every row that one node has, by its operations API: its own replica, read along the primary key. */
export async function nodeRows(harper: HarperProcess, table: ChaosTable): Promise<RowTexts> {
  const primaryKey = table.primaryKey.length === 1 ? table.primaryKey[0] : 'id';
  const rows = new Map<string, string>();
  for (let last: unknown; ; ) {
    const page = await pageOf(harper, table.target, primaryKey, last);
    // The primary key is the column itself where it is one, as text.
    for (const row of page) rows.set(String(row[primaryKey]), textOf(table, row, plainText));
    if (page.length < ROWS_PER_PAGE) return rows;
    last = page.at(-1)?.[primaryKey];
  }
}

function pageOf(harper: HarperProcess, table: string, primaryKey: string, after: unknown): Promise<Record<string, unknown>[]> {
  const page = { table, get_attributes: ['*'], limit: ROWS_PER_PAGE };
  if (after === undefined)
    return harper.operation({ ...page, operation: 'search_by_value', search_attribute: primaryKey, search_value: '*' });
  const conditions = [{ search_attribute: primaryKey, search_type: 'greater_than', search_value: after }];
  return harper.operation({ ...page, operation: 'search_by_conditions', conditions });
}

function keyOf({ primaryKey }: ChaosTable, row: Readonly<Record<string, unknown>>): string {
  return primaryKey.map((name) => sourceText(row[name])).join('|');
}

function textOf({ schema }: ChaosTable, row: Readonly<Record<string, unknown>>, toText: (value: unknown) => string): string {
  return JSON.stringify(schema.map(({ name }) => toText(row[name])));
}

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z?$/;

/** A value of Google's client, which has classes for types that JavaScript lacks, as Harper must hold it: instants have six fractional digits. */
function sourceText(value: unknown): string {
  if (typeof value === 'object' && value !== null && 'value' in value) return sourceText(value.value);
  const text = plainText(value);
  return INSTANT.test(text) ? withMicros(text) : text;
}

function plainText(value: unknown): string {
  if (value === null || value === undefined) return '␀';
  // NUMERIC is an object in Google's client, which is its text in JSON.
  return typeof value === 'string' ? value : JSON.stringify(value).replace(/^"|"$/g, '');
}

function withMicros(text: string): string {
  const zone = text.endsWith('Z') ? 'Z' : '';
  const [seconds = '', fraction = ''] = text.replace('Z', '').split('.');
  return `${seconds}.${fraction.padEnd(6, '0').slice(0, 6)}${zone}`;
}
