import { bigNumericText, roundedQuotient, scaled, unscaled } from './numeric-text.ts';
import { type RuntimeTable, runtime } from './runtime-function.ts';

/** BIGNUMERIC is kept as text: its value times 10^38 is a whole number of 256 bits. */
const SCALE = 38;
const ONE = 10n ** 38n;
const OFFSET = 2n ** 255n;

const read = (text: string): bigint => scaled(text, SCALE) ?? 0n;

function written(value: bigint, what: string): string {
  const text = bigNumericText(unscaled(value, SCALE));
  if (text === undefined) throw new Error(`BIGNUMERIC overflow in ${what}`);
  return text;
}

const binary = (what: string, compute: (a: bigint, b: bigint) => bigint) =>
  runtime(['text', 'text'], 'text', (a, b) => written(compute(read(a), read(b)), what));

const sumOf = (list: string): { total: bigint; count: bigint } => {
  const texts = JSON.parse(list) as string[];
  return { total: texts.reduce((total, text) => total + read(text), 0n), count: BigInt(texts.length) };
};

export const BIG_RUNTIME: RuntimeTable = {
  /** A text that stands in the order of texts where the number stands among numbers. */
  bq_big_rank: runtime(['text'], 'text', (x) => String(read(x) + OFFSET).padStart(78, '0')),
  bq_big_add: binary('addition', (a, b) => a + b),
  bq_big_subtract: binary('subtraction', (a, b) => a - b),
  bq_big_multiply: binary('multiplication', (a, b) => roundedQuotient(a * b, ONE)),
  bq_big_divide: binary('division', (a, b) => {
    if (b === 0n) throw new Error('division by zero');
    return roundedQuotient(a * ONE, b);
  }),
  bq_big_sum: runtime(['text'], 'text', (list) => written(sumOf(list).total, 'SUM')),
  bq_big_average: runtime(['text'], 'text', (list) => {
    const { total, count } = sumOf(list);
    return written(roundedQuotient(total, count), 'AVG');
  }),
};
