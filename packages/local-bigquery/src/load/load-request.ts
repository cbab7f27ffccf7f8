import { parseSchema, type WireField } from '../catalog/schema.ts';
import { invalid, notImplemented } from '../http/api-error.ts';
import { isObject } from '../http/body.ts';
import { isSet, parseCount, textOr } from '../http/values.ts';
import type { CsvOptions } from './csv-reader.ts';

/** What `configuration.load` asks for. */
export interface LoadRequest {
  readonly project: string;
  readonly dataset: string;
  readonly table: string;
  readonly format: 'NEWLINE_DELIMITED_JSON' | 'CSV' | 'PARQUET';
  readonly schema: readonly WireField[] | undefined;
  readonly write: 'WRITE_APPEND' | 'WRITE_TRUNCATE' | 'WRITE_EMPTY';
  readonly create: boolean;
  readonly ignoreUnknownValues: boolean;
  readonly maxBadRecords: number;
  readonly csv: CsvOptions & { readonly skipLeadingRows: number; readonly nullMarker: string; readonly allowJaggedRows: boolean };
  /** `timePartitioning` and `clustering` for a table that the load creates, as they were sent. */
  readonly tableOptions: Readonly<Record<string, unknown>>;
}

const KNOWN = new Set([
  'destinationTable',
  'sourceFormat',
  'schema',
  'writeDisposition',
  'createDisposition',
  'ignoreUnknownValues',
  'maxBadRecords',
  'skipLeadingRows',
  'fieldDelimiter',
  'quote',
  'nullMarker',
  'allowQuotedNewlines',
  'allowJaggedRows',
  'encoding',
  'timePartitioning',
  'clustering',
  // The Node client sends it here as well as in the reference of the job.
  'location',
]);

export function parseLoadRequest(load: unknown, project: string): LoadRequest {
  if (!isObject(load)) throw invalid('Required parameter is missing: configuration.load', 'configuration.load');
  for (const [key, value] of Object.entries(load)) {
    const isParquetOnly = load['sourceFormat'] === 'PARQUET' && (key === 'autodetect' || key === 'parquetOptions');
    if (!KNOWN.has(key) && !isParquetOnly && isSet(value)) throw notImplemented(`load option ${key}`);
  }
  checkParquet(load);
  const target = load['destinationTable'];
  if (!isObject(target) || typeof target['datasetId'] !== 'string' || typeof target['tableId'] !== 'string') {
    throw invalid('Required parameter is missing: destinationTable', 'destinationTable');
  }
  const encoding = textOr(load['encoding'], 'UTF-8', 'encoding').toUpperCase();
  if (encoding !== 'UTF-8' && encoding !== 'UTF8') throw notImplemented(`load encoding ${encoding}`);
  return {
    project: typeof target['projectId'] === 'string' ? target['projectId'] : project,
    dataset: target['datasetId'],
    table: target['tableId'],
    format: oneOf(load, 'sourceFormat', ['CSV', 'NEWLINE_DELIMITED_JSON', 'PARQUET']),
    schema: load['schema'] === undefined || load['schema'] === null ? undefined : parseSchema(load['schema']),
    write: oneOf(load, 'writeDisposition', ['WRITE_APPEND', 'WRITE_TRUNCATE', 'WRITE_EMPTY']),
    create: oneOf(load, 'createDisposition', ['CREATE_IF_NEEDED', 'CREATE_NEVER']) === 'CREATE_IF_NEEDED',
    ignoreUnknownValues: load['ignoreUnknownValues'] === true,
    maxBadRecords: parseCount(load['maxBadRecords'] ?? 0, 'maxBadRecords'),
    csv: {
      delimiter: delimiterOf(textOr(load['fieldDelimiter'], ',', 'fieldDelimiter')),
      quote: textOr(load['quote'], '"', 'quote'),
      allowQuotedNewlines: load['allowQuotedNewlines'] === true,
      allowJaggedRows: load['allowJaggedRows'] === true,
      skipLeadingRows: parseCount(load['skipLeadingRows'] ?? 0, 'skipLeadingRows'),
      nullMarker: textOr(load['nullMarker'], '', 'nullMarker'),
    },
    tableOptions: { timePartitioning: load['timePartitioning'], clustering: load['clustering'] },
  };
}

/** The options of Parquet: lists are read as repeated fields, as `enableListInference` asks for. */
function checkParquet(load: Readonly<Record<string, unknown>>): void {
  const options = load['parquetOptions'];
  if (!isSet(options)) return;
  if (!isObject(options)) throw invalid('parquetOptions must be an object', 'parquetOptions');
  for (const [key, value] of Object.entries(options))
    if (key !== 'enableListInference' && isSet(value) && value !== false) throw notImplemented(`load option parquetOptions.${key}`);
}

/** The value of an option with a fixed set of values; the first is the default. */
function oneOf<const T extends string>(load: Readonly<Record<string, unknown>>, key: string, values: readonly [T, ...T[]]): T {
  const value = load[key] ?? values[0];
  const found = values.find((candidate) => candidate === value);
  if (found === undefined) throw notImplemented(`${key} ${JSON.stringify(value)}`);
  return found;
}

function delimiterOf(text: string): string {
  const delimiter = text === '\\t' || text.toLowerCase() === 'tab' ? '\t' : text;
  if (!/^.$/su.test(delimiter)) throw invalid(`fieldDelimiter must be one character, not ${JSON.stringify(text)}`, 'fieldDelimiter');
  return delimiter;
}
