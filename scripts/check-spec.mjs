import './lib/node-version.mjs';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { differences, readSpec, sectionsOf, testFiles } from './lib/spec.mjs';
import { root } from './lib/workspace.mjs';

// SPEC.md and the tests must say the same: each invariant, rule and lesson names tests that exist and name it, and no test names one that is not there.

const spec = readSpec();
if (spec === undefined) {
  process.stderr.write('there is no SPEC.md\n');
  process.exit(1);
}
const files = new Map(testFiles().map((path) => [path, readFileSync(join(root, path), 'utf8')]));
const faults = differences(spec, files);
for (const fault of faults) process.stderr.write(`${fault}\n`);
const sections = sectionsOf(spec);
const named = sections.reduce((sum, { tests }) => sum + tests.length, 0);
if (faults.length === 0) process.stdout.write(`${sections.length} sections of SPEC.md are held by ${named} tests\n`);
process.exitCode = faults.length === 0 ? 0 : 1;
