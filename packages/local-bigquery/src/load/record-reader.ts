import type { DuckDBValue } from '@duckdb/node-api';
import { invalid, notImplemented } from '../http/api-error.ts';
import { isObject } from '../http/body.ts';
import { parseLossless } from '../rows/lossless-json.ts';
import { type RowEncoder, RowError, rowEncoder } from '../rows/row-encoder.ts';
import type { Field } from '../sql/contract.ts';
import { CsvReader, type CsvValue } from './csv-reader.ts';
import type { LoadRequest } from './load-request.ts';
import { decoded, textLines } from './text-lines.ts';

/** What to do with each row of a file; a bad row is reported by its number, counted from 1. */
interface RecordSink {
  /** `given` has the keys that the row has. */
  row(values: readonly DuckDBValue[], given: Readonly<Record<string, unknown>>): void;
  bad(rowNumber: number, error: Error): void;
}

/** Reads a file of rows in the request's format. */
export function readRecords(bytes: AsyncIterable<Buffer>, request: LoadRequest, fields: readonly Field[], sink: RecordSink): Promise<void> {
  return request.format === 'CSV' ? readCsv(bytes, request, fields, sink) : readJsonLines(bytes, request, fields, sink);
}

async function readJsonLines(
  bytes: AsyncIterable<Buffer>,
  request: LoadRequest,
  fields: readonly Field[],
  sink: RecordSink,
): Promise<void> {
  const encode = rowEncoder(fields, { ignoreUnknownValues: request.ignoreUnknownValues, jsonStrings: 'keep' });
  let rowNumber = 0;
  for await (const lines of textLines(bytes)) {
    for (const line of lines) {
      if (line === '' || line.trim() === '') continue;
      rowNumber += 1;
      attempt(sink, rowNumber, () => jsonObject(line), encode);
    }
  }
}

function jsonObject(line: string): Record<string, unknown> {
  const value = parseLossless(line);
  if (!isObject(value)) throw new RowError('', 'a row must be a JSON object');
  return value;
}

async function readCsv(bytes: AsyncIterable<Buffer>, request: LoadRequest, fields: readonly Field[], sink: RecordSink): Promise<void> {
  const nested = fields.find((field) => field.mode === 'REPEATED' || field.type === 'STRUCT');
  if (nested) throw notImplemented(`CSV for the nested or repeated field ${nested.name}`);
  const encode = rowEncoder(fields, { ignoreUnknownValues: false, jsonStrings: 'parse' });
  // The values stand in the order of the request's schema, if it has one.
  const names = (request.schema ?? fields).map((field) => field.name);
  const reader = new CsvReader(request.csv);
  let rowNumber = 0;
  const take = (record: readonly CsvValue[]): void => {
    rowNumber += 1;
    if (rowNumber > request.csv.skipLeadingRows) attempt(sink, rowNumber, () => csvRow(record, request, names), encode);
  };
  try {
    for await (const text of decoded(bytes)) for (const record of reader.push(text)) take(record);
    const last = reader.end();
    if (last) take(last);
  } catch (error) {
    if (error instanceof Error && error.constructor === Error)
      throw invalid(`Error while reading data, row ${rowNumber + 1}: ${error.message}`);
    throw error;
  }
}

function csvRow(record: readonly CsvValue[], request: LoadRequest, names: readonly string[]): Record<string, unknown> {
  if (record.length > names.length && !request.ignoreUnknownValues) {
    throw new RowError('', `Too many values in row: ${record.length} for ${names.length} columns`);
  }
  if (record.length < names.length && !request.csv.allowJaggedRows) {
    throw new RowError('', `Missing values in row: ${record.length} for ${names.length} columns`);
  }
  const row: Record<string, unknown> = {};
  for (const [index, name] of names.entries()) {
    const value = record[index];
    row[name] = value === undefined || (!value.quoted && value.text === request.csv.nullMarker) ? null : value.text;
  }
  return row;
}

function attempt(sink: RecordSink, rowNumber: number, read: () => Record<string, unknown>, encode: RowEncoder): void {
  let values: ReturnType<RowEncoder>;
  let given: Record<string, unknown>;
  try {
    given = read();
    values = encode(given);
  } catch (error) {
    if (!(error instanceof RowError || error instanceof SyntaxError)) throw error;
    sink.bad(rowNumber, error);
    return;
  }
  sink.row(values, given);
}
