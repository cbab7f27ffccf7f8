import { type RuntimeTable, runtime } from './runtime-function.ts';

/** How many characters must be put in, left out or replaced to make one text of another. */
function editDistance(a: string, b: string, most: bigint): bigint {
  if (most < 0n) throw new Error('EDIT_DISTANCE: max_distance must be 0 or more');
  const [left, right] = [Array.from(a), Array.from(b)];
  let previous = right.map((_, i) => i + 1);
  let before = 0;
  for (const [i, c] of left.entries()) {
    const row: number[] = [];
    let last = i + 1;
    for (const [j, d] of right.entries()) {
      const diagonal = j === 0 ? before : (previous[j - 1] ?? 0);
      last = Math.min(last + 1, (previous[j] ?? 0) + 1, diagonal + (c === d ? 0 : 1));
      row.push(last);
    }
    before = i + 1;
    previous = row;
  }
  const distance = BigInt(previous.at(-1) ?? left.length);
  return distance > most ? most : distance;
}

function vectorDistance(a: string, b: string, kind: string): number {
  const [x, y] = [JSON.parse(a), JSON.parse(b)] as [(number | null)[], (number | null)[]];
  if (x.length !== y.length) throw new Error(`The vectors have different lengths: ${String(x.length)} and ${String(y.length)}`);
  if (x.includes(null) || y.includes(null)) throw new Error('A vector cannot have NULL as an element');
  const sum = (of: (i: number) => number): number => x.reduce<number>((total, _, i) => total + of(i), 0);
  const at = (list: (number | null)[], i: number): number => list[i] ?? 0;
  if (kind === 'euclidean') return Math.sqrt(sum((i) => (at(x, i) - at(y, i)) ** 2));
  const [lengthX, lengthY] = [Math.sqrt(sum((i) => at(x, i) ** 2)), Math.sqrt(sum((i) => at(y, i) ** 2))];
  if (lengthX === 0 || lengthY === 0) throw new Error('COSINE_DISTANCE: a vector is zero');
  return 1 - sum((i) => at(x, i) * at(y, i)) / (lengthX * lengthY);
}

export const DISTANCE_RUNTIME: RuntimeTable = {
  bq_edit_distance: runtime(['text', 'text', 'int'], 'int', editDistance),
  bq_vector_distance: runtime(['text', 'text', 'text'], 'float', vectorDistance),
};
