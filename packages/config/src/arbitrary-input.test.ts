import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { ConfigError } from './config-error.ts';
import { exampleConfig } from './example-config.ts';
import { fromBigquerySync } from './from-bigquery-sync.ts';
import { parseConfig } from './load-config.ts';
import { getPluginConfig } from './plugin-config.ts';
import { configSchema, KEYS } from './schema.ts';

/** Runs and allows two ends: a result, or an error with at least one issue that has words. */
function endsWell<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    expect(error.issues.length).toBeGreaterThan(0);
    for (const { message, line, column } of error.issues) {
      expect(message).not.toBe('');
      if (line !== undefined) expect(Math.min(line, column ?? 0)).toBeGreaterThan(0);
    }
    return undefined;
  }
}

const key = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      ...new Set([
        ...KEYS.root,
        ...KEYS.bigquery,
        ...KEYS.table,
        ...KEYS.sync,
        ...KEYS.cost,
        ...KEYS.read,
        ...KEYS.quarantine,
        '@bqsync/harper-plugin',
        'package',
      ]),
    ),
  },
  { weight: 1, arbitrary: fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'toString', '<<')) },
);
const scalar = fc.oneof(
  fc.string(),
  fc.integer(),
  fc.double(),
  fc.boolean(),
  fc.constant(null),
  fc.constantFrom('none', '*', '${X}', 'a', '2024-01-01', 'keep', '1 GB', 'http://localhost'),
);
const { node } = fc.letrec((tie) => ({
  node: fc.oneof(
    { depthSize: 'small', maxDepth: 6 },
    scalar,
    fc.array(tie('node'), { maxLength: 4 }),
    fc.dictionary(key, tie('node'), { maxKeys: 8, noNullPrototype: true }),
  ),
}));
const config = fc.record(
  { bigquery: fc.dictionary(key, node, { noNullPrototype: true }), sync: node, cost: node, read: node, quarantine: node },
  { requiredKeys: ['bigquery'], noNullPrototype: true },
);

describe('any input ends in a configuration or in a ConfigError', () => {
  it('any text', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.string({ unit: fc.constantFrom(...'abc:-[]{}&*!|>%@`"\'#,?\n\t <~0$'.split('')), maxLength: 60 }),
        ),
        (text) => {
          endsWell(() => parseConfig(text, 'c.yaml', { env: {} }));
          endsWell(() => fromBigquerySync(text));
        },
      ),
    );
  });

  it('a valid text with a piece cut out, doubled or replaced', () => {
    const valid = exampleConfig();
    fc.assert(
      fc.property(
        fc.nat(valid.length),
        fc.nat(40),
        fc.constantFrom('', ' ', '\n', '\t', '- ', '*', ': ', '"', '${', '&a', '\0', '{'),
        (from, length, put) => {
          endsWell(() => parseConfig(valid.slice(0, from) + put + valid.slice(from + length), 'c.yaml', { env: {} }));
          endsWell(() => parseConfig(valid.slice(0, from + length) + put + valid.slice(from), 'c.yaml', { env: {} }));
        },
      ),
    );
  });

  it('any object, the same as the object and as YAML', () => {
    fc.assert(
      fc.property(fc.oneof(config, node), (value) => {
        const env = { X: 'x' };
        const before = stringify(value);
        const read = endsWell(() => getPluginConfig(value, { env, baseDir: '/base' }));
        expect(stringify(value)).toBe(before);
        endsWell(() => parseConfig(before, 'c.yaml', { env, baseDir: '/base' }));
        if (read !== undefined) expect(parseConfig(before, 'c.yaml', { env, baseDir: '/base' })).toEqual(read);
        endsWell(() => fromBigquerySync(value));
      }),
      { numRuns: 150 },
    );
  });

  it('objects that YAML cannot hold', () => {
    const circular: Record<string, unknown> = { bigquery: {} };
    circular['bigquery'] = circular;
    let shared: unknown = 'x';
    for (let depth = 0; depth < 40; depth++) shared = [shared, shared];
    for (const value of [
      circular,
      { bigquery: { tables: shared } },
      { bigquery: Symbol('x') },
      { bigquery: { projectId: 5n, tables: [() => 1] } },
      new Map(),
      new Date(),
    ]) {
      expect(endsWell(() => getPluginConfig(value))).toBeUndefined();
    }
  });
});

describe('a valid configuration', () => {
  const name = fc.stringMatching(/^[a-z][a-z0-9_]{0,12}$/);
  const size = fc.integer({ min: 1, max: 1e6 });
  const sync = fc.record(
    {
      initialBatchSize: size,
      catchupBatchSize: size,
      steadyBatchSize: size,
      pollInterval: size,
      idlePollInterval: fc.integer({ min: 1e6, max: 2e6 }),
      lateness: fc.nat(1e6),
      startTimestamp: fc.constantFrom('none', '2024-01-01', '1969-12-31T23:59:59.999999Z'),
    },
    { requiredKeys: [] },
  );
  const table = fc
    .record({
      dataset: name,
      table: name,
      timestampColumn: name,
      others: fc.uniqueArray(name),
      listed: fc.boolean(),
      keyed: fc.boolean(),
      sync,
    })
    .map(({ others, listed, keyed, ...rest }) => {
      const columns = [...new Set([rest.timestampColumn, ...others])];
      return { ...rest, ...(listed ? { columns } : {}), ...(keyed ? { primaryKey: columns.slice(-2) } : { duplicates: 'keep' }) };
    });

  it('reads the same as an object and as YAML, each table with its own settings over the global ones', () => {
    fc.assert(
      fc.property(name, fc.array(table, { minLength: 1, maxLength: 4 }), sync, (projectId, tables, global) => {
        const given = {
          bigquery: {
            projectId: projectId.replaceAll('_', 'x'),
            tables: tables.map((each, index) => ({ id: `t${index}`, targetTable: `T${index}`, ...each })),
          },
          sync: global,
        };
        const read = getPluginConfig(given);
        expect(parseConfig(stringify(given), 'c.yaml', { baseDir: '.' })).toEqual(read);
        expect(configSchema.safeParse(given).success).toBe(true);
        for (const [index, spec] of read.tables.entries()) {
          const own = tables[index]!;
          expect(spec).toMatchObject({
            id: `t${index}`,
            cursorColumn: own.timestampColumn,
            columns: own.columns ?? 'all',
            ...('primaryKey' in own ? { primaryKey: own.primaryKey } : { duplicates: 'keep' }),
          });
          expect(spec.sync.initialBatchSize).toBe(own.sync.initialBatchSize ?? global.initialBatchSize ?? 10_000);
          expect(spec.sync.latenessSeconds).toBe(own.sync.lateness ?? global.lateness ?? 3600);
        }
      }),
    );
  });
});

describe('configSchema', () => {
  it('refuses by itself what getPluginConfig refuses in a configuration without references', () => {
    fc.assert(
      fc.property(config, (value) => {
        const plain = JSON.parse(JSON.stringify(value).replaceAll('${X}', 'x')) as Record<string, unknown>;
        if ('package' in plain || '@bqsync/harper-plugin' in plain) return;
        expect(configSchema.safeParse(plain).success).toBe(endsWell(() => getPluginConfig(plain)) !== undefined);
      }),
      { numRuns: 200 },
    );
  });
});
