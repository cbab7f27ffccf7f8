import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { packageFolders, readJson, root } from './workspace.mjs';

const REPORT = join('reports', 'vitest.json');
/** Enough for the message and the place in the test. */
const ERROR_LINES = 12;
/** A line of a stack that is not of the project. */
const RUNNER_FRAME = /^ +at .*node_modules|^ +at new Promise/;
const NOT_SOURCES = new Set(['node_modules', 'dist', 'reports', '.turbo']);

/** Takes the reports of earlier runs away: one that is there after a run is of that run, or of a cached one of the same sources. */
export function removeReports() {
  for (const folder of packageFolders()) rmSync(join(folder, REPORT), { force: true });
}

/**
 * Sums what the runners reported. `failures` are the tests that failed, each with its file and the beginning of its error. `faults` says in
 * words what makes the whole run fail although no test did: a package with tests and no report, a test file that is in none, a file that
 * could not be run.
 */
export function sumReports() {
  const sum = { passed: 0, failed: 0, skipped: 0, failures: [], faults: [] };
  for (const folder of packageFolders()) {
    const files = testFiles(folder);
    if (files.length > 0) addReport(sum, folder, files);
  }
  return sum;
}

function addReport(sum, folder, files) {
  const name = relative(root, folder);
  const path = join(folder, REPORT);
  if (!existsSync(path)) {
    sum.faults.push(`${name} has ${files.length} test files and no result`);
    return;
  }
  const report = readJson(path);
  sum.passed += report.numPassedTests;
  sum.failed += report.numFailedTests;
  sum.skipped += report.numPendingTests + report.numTodoTests;
  // Compared by their ends: a result from the cache may have been made elsewhere.
  const reported = report.testResults.map((result) => result.name.split(sep).join('/'));
  for (const file of files) {
    const suffix = `/${relative(root, file).split(sep).join('/')}`;
    if (!reported.some((other) => other.endsWith(suffix))) sum.faults.push(`${suffix.slice(1)} is in no result`);
  }
  for (const result of report.testResults) {
    const tests = result.assertionResults ?? [];
    for (const test of tests.filter(({ status }) => status === 'failed')) sum.failures.push(describe(result, test));
    if (tests.length === 0) sum.faults.push(`${result.name} ran no test: ${(result.message || 'it has none').split('\n')[0]}`);
    else if (result.status === 'failed' && tests.every((test) => test.status !== 'failed'))
      sum.faults.push(`${result.name} failed outside its tests`);
  }
}

function describe(result, test) {
  const message = test.failureMessages?.[0] ?? 'it says no reason';
  const lines = message
    .split('\n')
    .filter((line) => !RUNNER_FRAME.test(line))
    .slice(0, ERROR_LINES);
  return [`${relative(root, result.name)}: ${test.fullName}`, ...lines.map((line) => `    ${line.trim()}`)].join('\n');
}

function testFiles(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return NOT_SOURCES.has(entry.name) ? [] : testFiles(path);
    return /\.test\.ts$/.test(entry.name) ? [path] : [];
  });
}
