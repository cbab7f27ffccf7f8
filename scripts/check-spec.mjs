import './lib/node-version.mjs';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { differences, sectionsOf, testFiles, withTests } from './lib/spec.mjs';
import { root } from './lib/workspace.mjs';

// SPEC.md and the tests must say the same: each invariant, rule and lesson names tests that exist and name it, and no test names one that is not there.
// With --write the lists of tests are made anew first.

const path = join(root, 'SPEC.md');
const files = new Map(testFiles().map((file) => [file, readFileSync(join(root, file), 'utf8')]));
if (process.argv.includes('--write')) writeFileSync(path, withTests(readFileSync(path, 'utf8'), files));
const spec = readFileSync(path, 'utf8');
const faults = differences(spec, files);
for (const fault of faults) process.stderr.write(`${fault}\n`);
const sections = sectionsOf(spec);
const tests = new Set(sections.flatMap((section) => section.tests.map(({ file, title }) => `${file}\n${title}`)));
if (faults.length === 0) process.stdout.write(`${sections.length} sections of SPEC.md are held by ${tests.size} tests\n`);
process.exitCode = faults.length === 0 ? 0 : 1;
