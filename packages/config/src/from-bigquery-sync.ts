import { stringify } from 'yaml';
import { ConfigError } from './config-error.ts';
import { isMapping } from './problem.ts';
import { getPluginConfig } from './plugin-config.ts';
import { checkYaml } from './resolve-config.ts';
import { KEYS } from './schema.ts';

/** A configuration of HarperFast/bigquery-sync in bqsync's keys. */
export interface ConvertedConfig {
  /** What {@link getPluginConfig} reads, unless a note says that something is to be fixed. */
  readonly config: Readonly<Record<string, unknown>>;
  /** The same as a file, with the notes as comments. */
  readonly yaml: string;
  /** What was dropped, changed or is left to do, a sentence each. */
  readonly notes: readonly string[];
}

/** Their target of the single-table form. */
const SINGLE_TARGET = 'VesselPositions';

const DROPPED: Readonly<Record<string, string>> = {
  operations: 'operations was dropped: bqsync creates tables from inside Harper and needs no address or password of it.',
  validation: 'validation was dropped: bqsync verify compares every row when you ask for it.',
  synthesizer: 'synthesizer was dropped: test data comes from the synthesizer command and its scenarios, not from this file.',
};

/** Keys that made the repository itself a Harper component. */
const COMPONENT_KEYS = new Set(['pluginModule', 'rest', 'graphqlSchema', 'jsResource', 'package', 'timeout', 'files']);

/**
 * Converts a `config.yaml` of HarperFast/bigquery-sync, version 1 (one table) or 2 (a list), given as YAML text or as a plain object.
 * Nothing is lost silently: each key without a counterpart is named in the notes. Values are carried over as they are, and what bqsync
 * refuses in them becomes a note too.
 *
 * @param file - what errors call a text
 * @throws {@link ConfigError} `BQS_CONFIG_INVALID` if the text is no YAML or there is no `bigquery` section
 */
export function fromBigquerySync(source: unknown, file = 'config.yaml'): ConvertedConfig {
  const root = findRoot(typeof source === 'string' ? checkYaml({ file, text: source }) : source);
  const notes: string[] = [];
  const { bigquery: theirs, sync, retry, ...others } = root;
  const componentKeys = Object.keys(others).filter((key) => COMPONENT_KEYS.has(key));
  if (componentKeys.length > 0)
    notes.push(`${componentKeys.join(', ')} left out: they made bigquery-sync a component, and the plugin brings its own.`);
  for (const key of Object.keys(others)) {
    if (!COMPONENT_KEYS.has(key)) notes.push(DROPPED[key] ?? `${key} was dropped: bqsync has no such section.`);
  }
  const { projectId, credentials, location, maxRetries, initialRetryDelay, tables, ...rest } = theirs;
  const keyFile = typeof credentials === 'string' || credentials === null ? credentials : undefined;
  if (credentials !== undefined && keyFile === undefined) notes.push('bigquery.credentials was dropped: it is not the path of a key file.');
  const converted = Array.isArray(tables)
    ? tables.map((table: unknown, index) => convertTable(table, `bigquery.tables[${index}]`, notes))
    : [singleTable(rest, notes)];
  if (Array.isArray(tables))
    for (const key of Object.keys(rest)) notes.push(`bigquery.${key} was dropped: it has no meaning beside a list of tables.`);

  const config = withoutUndefined({
    bigquery: withoutUndefined({
      projectId,
      credentials: keyFile,
      location,
      ...retryKeys(retry, notes),
      ...withoutUndefined({ maxRetries, initialRetryDelay }),
      tables: converted,
    }),
    sync: pick(sync, KEYS.sync, 'sync', notes),
  });
  notes.push(
    'The first sync starts from the beginning: progress of bigquery-sync is not taken over.',
    'bigquery-sync stored rows under ids of its own making: empty the target tables before the first sync, or choose other targets.',
  );
  notes.push(...remainingProblems(config));
  const yaml = `${['Converted from a configuration of HarperFast/bigquery-sync.', ...notes.map((note) => `- ${note}`)]
    .flatMap((line) => line.split(/[\r\n\u0085\u2028\u2029]+/))
    .map((line) => `# ${line}`)
    .join('\n')}\n${stringify(config, { lineWidth: 0 })}`;
  return { config, yaml, notes };
}

/** The whole value, or the plugin's section in a Harper application's file. */
function findRoot(value: unknown): Readonly<Record<string, unknown>> & { bigquery: Readonly<Record<string, unknown>> } {
  const candidates = isMapping(value) ? [value, ...Object.values(value)] : [];
  for (const candidate of candidates) {
    if (!isMapping(candidate)) continue;
    const { bigquery } = candidate;
    if (isMapping(bigquery)) return { ...candidate, bigquery };
  }
  throw new ConfigError([{ path: 'bigquery', message: 'is missing', hint: 'give the config.yaml of HarperFast/bigquery-sync' }]);
}

function singleTable(rest: Readonly<Record<string, unknown>>, notes: string[]): unknown {
  notes.push(`The single table is now one of a list, with the id default and its target ${SINGLE_TARGET} written out.`);
  return convertTable({ id: 'default', targetTable: SINGLE_TARGET, ...rest }, 'bigquery', notes);
}

function convertTable(table: unknown, path: string, notes: string[]): unknown {
  if (!isMapping(table)) return table;
  const { useStreamingAPIs, sync, ...rest } = table;
  if (useStreamingAPIs !== undefined)
    notes.push(`${path}.useStreamingAPIs was dropped: it chose how test data was written, not how tables are read.`);
  return withoutUndefined({ ...pick(rest, KEYS.table, path, notes), sync: pick(sync, KEYS.sync, `${path}.sync`, notes) });
}

/** Their retry section was never read; its meaning is carried over. */
function retryKeys(retry: unknown, notes: string[]): Record<string, unknown> {
  if (!isMapping(retry)) {
    if (retry !== undefined && retry !== null) notes.push('retry was dropped: it is not a mapping of keys to values.');
    return {};
  }
  const { maxAttempts, initialDelay, backoffMultiplier, ...unknown } = retry;
  const keys: Record<string, unknown> = {};
  if (typeof maxAttempts === 'number') {
    keys['maxRetries'] = Math.max(0, maxAttempts - 1);
    notes.push(
      `retry.maxAttempts ${maxAttempts} became bigquery.maxRetries ${Math.max(0, maxAttempts - 1)}: the first try does not count.`,
    );
  }
  if (initialDelay !== undefined) {
    keys['initialRetryDelay'] = initialDelay;
    notes.push('retry.initialDelay became bigquery.initialRetryDelay.');
  }
  if (backoffMultiplier !== undefined && backoffMultiplier !== 2)
    notes.push('retry.backoffMultiplier was dropped: the wait doubles with each try.');
  for (const key of Object.keys(unknown)) notes.push(`retry.${key} was dropped: bqsync has no such key.`);
  return keys;
}

function pick(value: unknown, keys: readonly string[], path: string, notes: string[]): Record<string, unknown> | undefined {
  if (!isMapping(value)) {
    if (value !== undefined && value !== null) notes.push(`${path} was dropped: it is not a mapping of keys to values.`);
    return undefined;
  }
  for (const key of Object.keys(value)) if (!keys.includes(key)) notes.push(`${path}.${key} was dropped: bqsync has no such key.`);
  const kept = Object.entries(value).filter(([key, child]) => keys.includes(key) && child !== undefined && child !== null);
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}

function withoutUndefined(value: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).filter(([, child]) => child !== undefined && child !== null));
}

function remainingProblems(config: unknown): string[] {
  try {
    getPluginConfig(config);
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.issues.map(({ path, message, hint }) => `To fix: ${path} ${message}${hint === undefined ? '' : `; ${hint}`}.`);
  }
}
