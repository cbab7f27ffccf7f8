import type { Column } from '@bqsync/synthesizer';

/** One text for each value of a column; two values are equal exactly if their texts are. */
type Canonical = (value: unknown) => string;

const NULL = '␀';

/** A value that the column's type should never show. Its text equals no right one, so it shows as a difference. */
function wrong(value: unknown): string {
  return `⚠${typeof value}:${typeof value === 'bigint' ? String(value) : JSON.stringify(value)}`;
}

const canonicalOf: Readonly<Record<Column['type'], Canonical>> = {
  STRING: (value) => (typeof value === 'string' ? `"${value}` : wrong(value)),
  INT64: (value) => {
    if (typeof value === 'bigint') return String(value);
    return typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : wrong(value);
  },
  FLOAT64: (value) => (typeof value === 'number' ? (Object.is(value, -0) ? '0' : String(value)) : wrong(value)),
  TIMESTAMP: (value) => (typeof value === 'string' ? (toMicrosText(value) ?? wrong(value)) : wrong(value)),
};

const exactInstant: Canonical = (value) => (typeof value === 'string' && toMicrosText(value) === value ? value : wrong(value));

/** The canonical form of a column's values. NULL and a field that is not there are the same: Harper's HTTP API shows both. */
function canonical(column: Column, exactInstants: boolean): Canonical {
  const form = exactInstants && column.type === 'TIMESTAMP' ? exactInstant : canonicalOf[column.type];
  return (value) => (value === null || value === undefined ? NULL : form(value));
}

const INSTANT = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?Z$/;

/** ISO text with six fractional digits, as Harper must hold it. Undefined if finer than a microsecond or no instant. */
export function toMicrosText(text: string): string | undefined {
  const match = INSTANT.exec(text);
  if (match === null) return undefined;
  const fraction = (match[2] ?? '').padEnd(9, '0');
  return fraction.endsWith('000') ? `${match[1] ?? ''}.${fraction.slice(0, 6)}Z` : undefined;
}

/** What a row is compared by. */
export interface CanonicalRow {
  readonly key: string;
  /** All columns, in their order, each in its canonical form. */
  readonly text: string;
}

export type ToCanonicalRow = (row: Readonly<Record<string, unknown>>) => CanonicalRow;

const SEPARATOR = '\u001f';

export interface CanonicalOptions {
  /** Fields that a row may have beyond the columns. */
  readonly allowed?: readonly string[];
  /** Instants must be text with six fractional digits, not merely the same instant. */
  readonly exactInstants?: boolean;
}

/** Compares by the columns given; a row with a field beyond these differs from every right one. */
export function canonicalRows(columns: readonly Column[], key: readonly string[], options: CanonicalOptions = {}): ToCanonicalRow {
  const { allowed = [], exactInstants = false } = options;
  const forms = columns.map((column) => ({ name: column.name, form: canonical(column, exactInstants) }));
  const keys = forms.flatMap(({ name }, index) => (key.includes(name) ? [index] : []));
  const known = new Set([...columns.map(({ name }) => name), ...allowed]);
  return (row) => {
    const parts = forms.map(({ name, form }) => form(row[name]));
    for (const name of Object.keys(row)) if (!known.has(name)) parts.push(`⚠${name}`);
    return { key: keys.map((index) => parts[index]).join(SEPARATOR), text: parts.join(SEPARATOR) };
  };
}

/** Names of the columns in which two rows with the same key differ. */
export function differingColumns(columns: readonly Column[], a: string, b: string): string[] {
  const [left, right] = [a.split(SEPARATOR), b.split(SEPARATOR)];
  const named = columns.filter((_, index) => left[index] !== right[index]).map(({ name }) => name);
  const extra = [...left.slice(columns.length), ...right.slice(columns.length)]
    .filter((text) => text.startsWith('⚠'))
    .map((text) => text.slice(1));
  return [...named, ...extra];
}
