import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { seededBugs } from '../src/bugs/all.ts';
import knownSeeds from '../src/bugs/known-seeds.json' with { type: 'json' };
import { bugTable, withTable } from '../src/harness/bug-table.ts';

it('tells in the README what was found: after a change run pnpm sim:bugs --write', () => {
  const readme = readFileSync(join(import.meta.dirname, '../README.md'), 'utf8');
  expect(unpadded(withTable(readme, bugTable(seededBugs, knownSeeds)))).toBe(unpadded(readme));
  expect(readme).not.toContain('not found |');
});

/** The formatter aligns the cells of a table. */
function unpadded(text: string): string {
  return text.replaceAll(/-{3,}/g, '---').replaceAll(/ +/g, ' ');
}
