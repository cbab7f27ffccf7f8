import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { MASKING_RULES } from '../src/access/masking.ts';
import { DEFAULT_BEHAVIOUR } from '../src/behaviour.ts';
import { answeredFunctions, refusedFunctions } from '../src/sql/answers.ts';

const README = new URL('../README.md', import.meta.url);

const list = (names: readonly string[]): string => names.map((name) => `\`${name}\``).join(', ');

/** Families whose members say nothing one by one. */
function folded(names: readonly string[]): string {
  const families = [/^ST_/, /^S2_/, /^KEYS\./, /^AEAD\./, /^AI\./, /^ML\./, /^NET\./, /^HLL_COUNT\./, /^KLL_QUANTILES\./, /^OBJ\./];
  const answered = answeredFunctions();
  const whole = families.filter(
    (family) => names.filter((name) => family.test(name)).length > 2 && !answered.some((name) => family.test(name)),
  );
  const single = names.filter((name) => !whole.some((family) => family.test(name)));
  const stars = whole.map((family) => `${family.source.slice(1).replace('\\', '')}*`);
  return list([...single, ...stars].sort());
}

const generated = [
  `Answered (${String(answeredFunctions().length)}): ${list(answeredFunctions())}.`,
  `Refused by name: ${folded(refusedFunctions())}.`,
  `Behaviours: ${list(Object.keys(DEFAULT_BEHAVIOUR))}. Masking rules: ${list(MASKING_RULES)}.`,
].join('\n\n');

/** With `UPDATE_README=1` the file is written. */
test('the README lists what is answered and what is refused, as the tables in the code have it', () => {
  const text = readFileSync(README, 'utf8');
  const [before = '', rest = ''] = text.split('<!-- generated -->\n\n');
  const [, after = ''] = rest.split('\n\n<!-- end of generated -->');
  const wanted = `${before}<!-- generated -->\n\n${generated}\n\n<!-- end of generated -->${after}`;
  if (process.env['UPDATE_README'] === '1') writeFileSync(README, wanted);
  expect(readFileSync(README, 'utf8'), 'run the test with UPDATE_README=1').toBe(wanted);
});

test('what is refused is refused with the words that are promised, never as unknown', () => {
  expect(refusedFunctions()).toContain('ST_GEOGPOINT');
  expect(answeredFunctions()).toContain('REGEXP_CONTAINS');
  expect(answeredFunctions().filter((name) => refusedFunctions().includes(name))).toEqual([]);
});
