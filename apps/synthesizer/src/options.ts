import { readFileSync } from 'node:fs';
import { BqsyncError } from '@bqsync/errors';
import { type BigQueryConfig, type RotationName, TABLE_NAMES, type TableName } from '@bqsync/synthesizer';
import { parse } from 'yaml';

/** What the flags of a command say; undefined where one is not given. */
export interface Flags {
  readonly tables?: string | undefined;
  readonly seed?: string | undefined;
  readonly config?: string | undefined;
  readonly project?: string | undefined;
  readonly dataset?: string | undefined;
  readonly apiEndpoint?: string | undefined;
  readonly state?: string | undefined;
  readonly json?: boolean | undefined;
  readonly yes?: boolean | undefined;
}

/** A command's settings: flags before the configuration file before defaults. */
export interface Settings {
  readonly bigquery: BigQueryConfig;
  readonly tables: readonly TableName[];
  readonly seed: string;
  readonly vessels: number;
  readonly rotation: RotationName;
  readonly state: string;
  readonly intervalSeconds: number;
  readonly windowDays: number;
  readonly retentionDays: number | undefined;
  /** The configuration agrees in advance to the deletion of rows older than `retentionDays`. */
  readonly retentionConfirmed: boolean;
  readonly json: boolean;
  readonly yes: boolean;
}

type Kind = 'text' | 'number' | 'flag';
const KEYS: Readonly<Record<'bigquery' | 'synthesizer', Readonly<Record<string, Kind>>>> = {
  bigquery: {
    projectId: 'text',
    dataset: 'text',
    location: 'text',
    apiEndpoint: 'text',
    credentials: 'text',
    maxRetries: 'number',
    initialRetryDelay: 'number',
  },
  synthesizer: {
    seed: 'text',
    vessels: 'number',
    rotation: 'text',
    tables: 'text',
    state: 'text',
    intervalSeconds: 'number',
    windowDays: 'number',
    retentionDays: 'number',
    retentionConfirmed: 'flag',
  },
};

type Section = Readonly<Record<string, string | number | boolean | undefined>>;

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Reads the file and refuses what it does not know: all faults at once. */
function readConfig(path: string | undefined): { readonly bigquery: Section; readonly synthesizer: Section } {
  if (path === undefined) return { bigquery: {}, synthesizer: {} };
  let content: unknown;
  try {
    content = parse(readFileSync(path, 'utf8')) ?? {};
  } catch (cause) {
    throw new BqsyncError('BQS_CONFIG_UNREADABLE', `cannot read ${path}: ${(cause as Error).message}`, {
      hint: '--config names a YAML file',
    });
  }
  const faults: string[] = [];
  const sections: Record<'bigquery' | 'synthesizer', Record<string, string | number | boolean>> = { bigquery: {}, synthesizer: {} };
  if (!isObject(content)) faults.push('the file is not a mapping');
  for (const [name, section] of Object.entries(isObject(content) ? content : {})) {
    if (name !== 'bigquery' && name !== 'synthesizer') {
      faults.push(`${name} is not a section; there are bigquery and synthesizer`);
      continue;
    }
    if (!isObject(section)) {
      faults.push(`${name} is not a mapping`);
      continue;
    }
    for (const [key, value] of Object.entries(section)) {
      const kind = Object.hasOwn(KEYS[name], key) ? KEYS[name][key] : undefined;
      // A seed may look like a number, tables may be a list.
      const plain = Array.isArray(value) ? value.join(',') : kind === 'text' && typeof value === 'number' ? String(value) : value;
      const wanted = kind === 'text' ? 'string' : kind === 'number' ? 'number' : 'boolean';
      if (kind === undefined) faults.push(`${name}.${key} is not an option; there are ${Object.keys(KEYS[name]).join(', ')}`);
      else if (typeof plain !== wanted) faults.push(`${name}.${key} is not a ${wanted}`);
      else sections[name][key] = plain as string | number | boolean;
    }
  }
  if (faults.length > 0)
    throw new BqsyncError('BQS_CONFIG_INVALID', `${path}: ${faults.join('; ')}`, { hint: 'correct the configuration file' });
  return sections;
}

/** @throws BqsyncError `BQS_USAGE` for a name that is no table, or none. */
function parseTables(text: string | undefined): readonly TableName[] {
  if (text === undefined) return TABLE_NAMES;
  const names = text.split(',').map((name) => name.trim());
  const wrong = names.filter((name) => !(TABLE_NAMES as readonly string[]).includes(name));
  if (wrong.length > 0)
    throw new BqsyncError('BQS_USAGE', `${wrong.map((name) => `"${name}"`).join(', ')} is not a table`, {
      hint: `choose from ${TABLE_NAMES.join(', ')}`,
    });
  return TABLE_NAMES.filter((name) => names.includes(name));
}

/**
 * @throws BqsyncError `BQS_CONFIG_UNREADABLE`, `BQS_CONFIG_INVALID` for the file, `BQS_USAGE` for a table that is none.
 */
export function readSettings(flags: Flags): Settings {
  const { bigquery, synthesizer } = readConfig(flags.config);
  const text = (value: Section[string], otherwise: string): string => (value === undefined ? otherwise : String(value));
  const optional = (value: Section[string]): string | undefined => (value === undefined ? undefined : String(value));
  const number = <T>(value: Section[string], otherwise: T): number | T => (typeof value === 'number' ? value : otherwise);
  const intervalSeconds = number(synthesizer['intervalSeconds'], 30);
  const windowDays = number(synthesizer['windowDays'], 1);
  for (const [name, value] of Object.entries({ intervalSeconds, windowDays }))
    if (!(value > 0)) throw new BqsyncError('BQS_CONFIG_INVALID', `synthesizer.${name} is ${value}`, { hint: 'give a positive number' });
  return {
    bigquery: {
      projectId: flags.project ?? text(bigquery['projectId'], 'bqsync-local'),
      dataset: flags.dataset ?? text(bigquery['dataset'], 'maritime'),
      location: optional(bigquery['location']),
      apiEndpoint: flags.apiEndpoint ?? optional(bigquery['apiEndpoint']),
      credentials: optional(bigquery['credentials']),
      maxRetries: number(bigquery['maxRetries'], undefined),
      initialRetryDelayMs: number(bigquery['initialRetryDelay'], undefined),
    },
    tables: parseTables(flags.tables ?? optional(synthesizer['tables'])),
    seed: flags.seed ?? text(synthesizer['seed'], '1'),
    vessels: number(synthesizer['vessels'], 100_000),
    rotation: text(synthesizer['rotation'], 'ocean') as RotationName,
    state: flags.state ?? text(synthesizer['state'], '.bqsync-synthesizer.json'),
    intervalSeconds,
    windowDays,
    retentionDays: number(synthesizer['retentionDays'], undefined),
    retentionConfirmed: synthesizer['retentionConfirmed'] === true,
    json: flags.json === true,
    yes: flags.yes === true,
  };
}
