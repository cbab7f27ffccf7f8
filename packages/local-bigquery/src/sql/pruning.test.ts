import { describe, expect, it } from 'vitest';
import { compiled, NOW, selected } from './compile.fixture.ts';
import type { PartitionConstraint } from './contract.ts';

const DAY = 86_400_000_000n;
const T1 = 1_767_225_600_000_000n; // 2026-01-01
const some = { nulls: false, values: true };
const none: PartitionConstraint = { nulls: false, values: false };

type Expected = PartitionConstraint | 'all';

describe('the partitions that a filter on a TIMESTAMP leaves', () => {
  it.each<[string, Expected]>([
    ["ts = '2026-01-01'", { ...some, from: T1, to: T1 + 1n }],
    ["ts > '2026-01-01'", { ...some, from: T1 + 1n }],
    ["ts >= '2026-01-01'", { ...some, from: T1 }],
    ["ts < '2026-01-01'", { ...some, to: T1 }],
    ["ts <= '2026-01-01'", { ...some, to: T1 + 1n }],
    ["ts != '2026-01-01'", some],
    ["'2026-01-01' <= ts", { ...some, from: T1 }],
    ["'2026-01-01' > ts", { ...some, to: T1 }],
    ["TIMESTAMP('2026-01-01') <= ts", { ...some, from: T1 }],
    ["ts >= CAST('2026-01-01' AS TIMESTAMP)", { ...some, from: T1 }],
    ["ts >= TIMESTAMP(DATE '2026-01-01')", { ...some, from: T1 }],
    ['ts >= TIMESTAMP_MICROS(1767225600000000)', { ...some, from: T1 }],
    ["ts >= TIMESTAMP_SUB(TIMESTAMP '2026-01-02', INTERVAL 1 DAY)", { ...some, from: T1 }],
    ["ts >= TIMESTAMP '2026-01-02' - INTERVAL 1 DAY", { ...some, from: T1 }],
    ["ts >= TIMESTAMP_TRUNC(TIMESTAMP '2026-01-01 12:00:00', DAY)", { ...some, from: T1 }],
    ['ts < CURRENT_TIMESTAMP()', { ...some, to: NOW }],
    ["ts BETWEEN '2026-01-01' AND '2026-01-02'", { ...some, from: T1, to: T1 + DAY + 1n }],
    ["ts >= '2026-01-01' AND ts < '2026-01-02' AND name = 'x'", { ...some, from: T1, to: T1 + DAY }],
    ["name = 'x' AND (ts >= '2026-01-01' AND id > 0)", { ...some, from: T1 }],
    ["ts >= '2026-01-02' AND ts < '2026-01-01'", none],
    ["ts >= '2026-01-01' AND ts >= '2026-01-02'", { ...some, from: T1 + DAY }],
    ["ts IN ('2026-01-01', '2026-01-03')", { ...some, from: T1, to: T1 + 2n * DAY + 1n }],
    ["ts IN UNNEST([TIMESTAMP '2026-01-01', '2026-01-02'])", { ...some, from: T1, to: T1 + DAY + 1n }],
    ["ts IN UNNEST(['2026-01-01'])", { ...some, from: T1, to: T1 + 1n }],
    ['ts IS NULL', { nulls: true, values: false }],
    ['ts IS NOT NULL', some],
    ["ts IS NULL AND ts > '2026-01-01'", none],
    ['ts = CAST(NULL AS TIMESTAMP)', none],
    ["ts >= '2026-01-01' AND (ts < '2026-01-02' OR id = 1)", { ...some, from: T1 }],
    ["t.ts >= '2026-01-01'", { ...some, from: T1 }],
    // What defeats pruning in BigQuery.
    ["ts >= '2026-01-01' OR ts IS NULL", 'all'],
    ["ts >= '2026-01-01' OR id = 1", 'all'],
    ["NOT ts >= '2026-01-01'", 'all'],
    ["ts NOT BETWEEN '2026-01-01' AND '2026-01-02'", 'all'],
    ["ts NOT IN ('2026-01-01')", 'all'],
    ["DATE(ts) = '2026-01-01'", 'all'],
    ["TIMESTAMP_TRUNC(ts, DAY) = '2026-01-01'", 'all'],
    ["CAST(ts AS DATE) = '2026-01-01'", 'all'],
    ["TIMESTAMP_ADD(ts, INTERVAL 1 DAY) > '2026-01-01'", 'all'],
    ["ts + INTERVAL 1 DAY > '2026-01-01'", 'all'],
    ['ts >= (SELECT MAX(ts) FROM ds.events)', 'all'],
    ['ts IN (SELECT ts FROM ds.events)', 'all'],
    ['ts >= ts', 'all'],
    ['ts >= TIMESTAMP_MICROS(id)', 'all'],
    ["IF(ts >= '2026-01-01', TRUE, FALSE)", 'all'],
    ["COALESCE(ts, '2026-01-01') >= '2026-01-01'", 'all'],
    ["(ts >= '2026-01-01') = TRUE", 'all'],
    ["(ts >= '2026-01-01') IS TRUE", 'all'],
    ['id = 1', 'all'],
    ['TRUE', 'all'],
  ])('%s', (where, expected) => {
    expect(selected(`SELECT id FROM ds.events t WHERE ${where}`).references[0]?.partitions).toEqual(expected);
  });
});

describe('the partitions of other types', () => {
  it.each<[string, Expected]>([
    ["SELECT id FROM ds.strict WHERE day > '2026-01-01'", { ...some, from: T1 + DAY }],
    ["SELECT id FROM ds.strict WHERE day <= DATE(2026, 1, 1) AND day >= DATE '2026-01-01'", { ...some, from: T1 }],
    [
      "SELECT id FROM ds.strict WHERE day BETWEEN '2026-01-01' AND DATE_ADD('2026-01-01', INTERVAL 1 DAY)",
      { ...some, from: T1, to: T1 + 2n * DAY },
    ],
    ['SELECT id FROM ds.strict WHERE day = CURRENT_DATE() AND day IS NOT NULL', { ...some, from: T1 + DAY, to: T1 + 2n * DAY }],
    ["SELECT id FROM ds.local WHERE `at` >= DATETIME '2026-01-01 00:00:00'", { ...some, from: T1 }],
    ["SELECT id FROM ds.local WHERE `at` >= DATE '2026-01-01'", { ...some, from: T1 }],
  ])('%s', (sql, expected) => {
    expect(selected(sql).references[0]?.partitions).toEqual(expected);
  });

  it('does not prune where the column itself must be converted', () => {
    expect(() => compiled("SELECT id FROM ds.strict WHERE day >= DATETIME '2026-01-01 00:00:00'")).toThrow(/without a filter/);
  });
});

describe('where a filter reaches', () => {
  const of = (sql: string) => selected(sql).references.map((r) => r.partitions);
  const from = { ...some, from: T1 };
  const filter = "ts >= '2026-01-01'";

  it.each<[string, Expected[]]>([
    [`SELECT id FROM (SELECT id, ts FROM ds.events) WHERE ${filter}`, [from]],
    [`SELECT id FROM (SELECT id, ts FROM ds.events WHERE ${filter})`, [from]],
    [`SELECT id FROM (SELECT id, ts AS x FROM ds.events) WHERE x >= '2026-01-01'`, [from]],
    [`SELECT id FROM (SELECT id, ts FROM ds.events LIMIT 5) WHERE ${filter}`, ['all']],
    [`SELECT 1 FROM (SELECT MAX(id) AS id, ts FROM ds.events GROUP BY ts) WHERE ${filter}`, ['all']],
    [`SELECT 1 FROM (SELECT ts, ROW_NUMBER() OVER (ORDER BY id) AS n FROM ds.events) WHERE ${filter}`, ['all']],
    [`WITH c AS (SELECT * FROM ds.events) SELECT id FROM c WHERE ${filter}`, ['all']],
    [`SELECT 1 FROM ds.events a JOIN ds.events b ON a.id = b.id WHERE a.${filter}`, [from, 'all']],
    [`SELECT 1 FROM ds.events a JOIN ds.events b ON a.id = b.id AND b.${filter}`, ['all', from]],
    [`SELECT 1 FROM ds.events a LEFT JOIN ds.events b ON a.id = b.id AND b.${filter}`, ['all', from]],
    [`SELECT 1 FROM ds.events a LEFT JOIN ds.events b ON a.id = b.id AND a.${filter}`, ['all', 'all']],
    [`SELECT 1 FROM ds.events a RIGHT JOIN ds.events b ON a.id = b.id AND a.${filter}`, [from, 'all']],
    [`SELECT 1 FROM ds.events a FULL JOIN ds.events b ON a.id = b.id AND a.${filter}`, ['all', 'all']],
    ['SELECT 1 FROM ds.events a LEFT JOIN ds.events b ON a.id = b.id WHERE b.ts IS NULL', ['all', 'all']],
    [`SELECT 1 FROM ds.events a LEFT JOIN ds.events b ON a.id = b.id WHERE a.${filter}`, [from, 'all']],
    [`SELECT 1 FROM ds.events a, UNNEST([1]) AS x WHERE a.${filter}`, [from]],
    [`SELECT id FROM ds.events WHERE ${filter} UNION ALL SELECT id FROM ds.events`, [from, 'all']],
    [`SELECT 1 FROM ds.events a WHERE EXISTS (SELECT 1 FROM ds.events b WHERE a.${filter})`, ['all', 'all']],
    [`SELECT ts, COUNT(*) FROM ds.events GROUP BY ts HAVING ${filter}`, ['all']],
  ])('%s', (sql, expected) => {
    expect(of(sql)).toEqual(expected);
  });
});
