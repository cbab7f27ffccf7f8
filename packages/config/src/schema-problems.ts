import type { z } from 'zod';
import { didYouMean } from './did-you-mean.ts';
import { type ConfigPath, isMapping, type PlacedProblem } from './problem.ts';
import { configSchema, KEYS } from './schema.ts';

type Issue = z.core.$ZodIssue;

/** Everything that the schema finds wrong with a value, in bqsync's words, and the value itself if that is nothing. */
export function checkSchema(value: unknown): { config?: z.infer<typeof configSchema>; problems: PlacedProblem[] } {
  const result = configSchema.safeParse(value);
  if (result.success) return { config: result.data, problems: [] };
  const { issues } = result.error;
  // A misspelt key is one mistake, not also a missing one.
  const meant = new Set(
    issues.flatMap((issue) =>
      issue.code === 'unrecognized_keys'
        ? issue.keys.map((key) => JSON.stringify([...issue.path, didYouMean(key, keysAt(issue.path as ConfigPath))]))
        : [],
    ),
  );
  const problems = issues
    .flatMap((issue) => toProblems(issue, value))
    .filter(({ path, message }) => !(message.startsWith('is missing') && meant.has(JSON.stringify(path))));
  const seen = new Set<string>();
  const distinct = problems.filter(({ path, message }) => {
    const key = JSON.stringify([path, message]);
    return !seen.has(key) && seen.add(key);
  });
  return { problems: distinct };
}

function toProblems(issue: Issue, root: unknown): PlacedProblem[] {
  const path = issue.path.filter((step) => typeof step !== 'symbol');
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(path, key));
  const value = valueAt(root, path);
  if (issue.code === 'custom') {
    const { hint, atKey } = (issue.params ?? {}) as { hint?: string; atKey?: boolean };
    return [{ path, message: issue.message, hint, ...(atKey === true ? { atKey } : {}) }];
  }
  if (value === undefined) return [{ path, message: 'is missing' }];
  if (value === null) return [{ path, message: 'is empty', hint: 'give a value, or remove the key' }];
  switch (issue.code) {
    case 'invalid_union': {
      // The branch that got past the outermost type says more than the union does.
      const deeper = issue.errors.flat().filter((nested) => nested.path.length > 0);
      if (deeper.length > 0) return deeper.flatMap((nested) => toProblems({ ...nested, path: [...issue.path, ...nested.path] }, root));
      return [{ path, message: issue.message }];
    }
    case 'invalid_value': {
      const choices = issue.values.map(String);
      const meant = typeof value === 'string' ? didYouMean(value, choices) : undefined;
      return [
        {
          path,
          message: choices.length === 1 ? `can only be ${choices.join()}` : `is not one of ${choices.join(', ')}`,
          hint: meant === undefined ? undefined : `did you mean "${meant}"?`,
        },
      ];
    }
    case 'too_small':
      if (issue.origin === 'array')
        return [
          {
            path,
            message: 'is an empty list',
            hint: path.at(-1) === 'tables' ? 'list at least one table' : 'name at least one column, or remove the key',
          },
        ];
      return [{ path, message: issue.message }];
    case 'invalid_type':
      if (issue.expected === 'object') return [{ path, message: 'is not a mapping of keys to values' }];
      return [{ path, message: issue.message, hint: quoteHint(issue.expected, value) }];
    default:
      return [{ path, message: issue.message }];
  }
}

function quoteHint(expected: string, value: unknown): string | undefined {
  if (expected === 'string' && (typeof value === 'number' || typeof value === 'boolean')) return 'put it in quotes';
  if (expected === 'string' && value instanceof Date) return 'write it as text: a Date holds no microseconds';
  if (expected === 'boolean' && typeof value === 'string') return 'write true or false, without quotes';
  if ((expected === 'number' || expected === 'int') && typeof value === 'string' && /^\s*\d+\s*$/.test(value))
    return 'write the number without quotes';
  return undefined;
}

/** Sections of HarperFast/bigquery-sync that have no counterpart. */
const FOREIGN_KEYS = new Set(['operations', 'validation', 'retry', 'synthesizer', 'useStreamingAPIs']);

function unknownKey(parent: ConfigPath, key: string): PlacedProblem {
  const path = [...parent, key];
  const message = 'is an unknown key';
  const known = keysAt(parent);
  const meant = didYouMean(key, known);
  const home = homeOf(key, known);
  const hint =
    home !== undefined
      ? `it belongs ${home}${meant === undefined ? '' : `, unless "${meant}" is meant`}`
      : meant !== undefined
        ? `did you mean "${meant}"?`
        : FOREIGN_KEYS.has(key)
          ? 'bqsync has no such section; bqsync init --from FILE converts a config of HarperFast/bigquery-sync'
          : `known here: ${known.join(', ')}`;
  return { path, message, hint, atKey: true };
}

function keysAt(path: ConfigPath): readonly string[] {
  const last = path.at(-1);
  if (last === undefined) return KEYS.root;
  if (last === 'sync') return KEYS.sync;
  if (last === 'cost') return KEYS.cost;
  if (last === 'read') return KEYS.read;
  if (last === 'quarantine') return KEYS.quarantine;
  return typeof last === 'number' ? KEYS.table : KEYS.bigquery;
}

/** Where a key is at home that was written on another level. */
function homeOf(key: string, known: readonly string[]): string | undefined {
  const has = (keys: readonly string[]): boolean => keys.includes(key) && keys.join() !== known.join();
  if (has(KEYS.root)) return 'on the top level of the configuration';
  if (has(KEYS.sync)) return 'under sync';
  if (has(KEYS.cost)) return 'under cost';
  if (has(KEYS.read)) return 'under read';
  if (has(KEYS.quarantine)) return 'under quarantine';
  if (has(KEYS.connection) || key === 'tables') return 'under bigquery';
  if (has(KEYS.table)) return 'in a table of bigquery.tables';
  return undefined;
}

export function valueAt(root: unknown, path: ConfigPath): unknown {
  let node = root;
  for (const step of path) {
    if (Array.isArray(node) && typeof step === 'number') node = node[step] as unknown;
    else if (isMapping(node) && Object.hasOwn(node, step)) node = node[step];
    else return undefined;
  }
  return node;
}
