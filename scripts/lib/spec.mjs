import { readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import ts from 'typescript';
import { packageFolders, root } from './workspace.mjs';

/** What a section of SPEC.md is called: `INV-3`, `R5` or `lesson 7`. */
const HEADING = /^### (?:(INV-\d+|R\d+)|Lesson (\d+))\. /;
const LINK = /^- \[(.+)\]\(([^)\s]+)\)$/;
const NAMED = /^(?:INV-\d+|R\d+)$/;
const NOT_RUN = new Set(['skip', 'todo', 'fails']);
const NOT_SOURCES = new Set(['node_modules', 'dist', 'reports', '.turbo']);

/** The sections of a specification in order, each with the tests that it names. */
export function sectionsOf(text) {
  const sections = [];
  for (const [index, line] of text.split('\n').entries()) {
    const heading = HEADING.exec(line);
    if (heading !== null) sections.push({ id: heading[1] ?? `lesson ${heading[2]}`, line: index + 1, tests: [] });
    else if (/^##? /.test(line)) sections.push({ id: undefined, line: index + 1, tests: [] });
    const link = LINK.exec(line);
    if (link !== null) sections.at(-1)?.tests.push({ title: link[1].replace(/\\(.)/g, '$1'), file: link[2], line: index + 1 });
  }
  return sections.filter(({ id }) => id !== undefined);
}

/** What a title says that it holds: `… (INV-3, R5)`, or `lesson 7: …` at its beginning. */
function namedBy(title) {
  const names = [];
  const lesson = /^(lesson \d+): /.exec(title);
  if (lesson !== null) names.push(lesson[1]);
  for (const [, inside] of title.matchAll(/\(([^()]*)\)/g)) {
    const parts = inside.split(/, ?/);
    if (parts.every((part) => NAMED.test(part))) names.push(...parts);
  }
  return names;
}

/** The tests of a file by their titles, as they are written; those that are skipped or expected to fail hold nothing. */
function testsOf(text) {
  const tests = [];
  const visit = (node) => {
    if (ts.isCallExpression(node)) {
      const callee = calleeOf(node.expression);
      if (callee !== undefined && !callee.some((name) => NOT_RUN.has(name))) add(node.arguments[0]);
    }
    if (ts.isObjectLiteralExpression(node)) {
      const [id, promise] = ['id', 'promise'].map((name) => propertyOf(node, name));
      if (id !== undefined && promise !== undefined) tests.push(`${id}: ${promise}`);
    }
    ts.forEachChild(node, visit);
  };
  const add = (argument) => {
    const title = argument && textOf(argument);
    if (title !== undefined) tests.push(title);
  };
  visit(ts.createSourceFile('x.ts', text, ts.ScriptTarget.Latest, true));
  return tests;
}

/** `it`, `test.each(…)`, `it.runIf(…)`: the names of a call's callee, if it makes a test. */
function calleeOf(expression) {
  const names = [];
  let at = expression;
  for (;;) {
    if (ts.isCallExpression(at) || ts.isTaggedTemplateExpression(at)) at = ts.isCallExpression(at) ? at.expression : at.tag;
    else if (ts.isPropertyAccessExpression(at)) {
      names.push(at.name.text);
      at = at.expression;
    } else break;
  }
  return ts.isIdentifier(at) && (at.text === 'it' || at.text === 'test') ? names : undefined;
}

function propertyOf(object, name) {
  const property = object.properties.find((each) => ts.isPropertyAssignment(each) && each.name.getText() === name);
  return property && textOf(property.initializer);
}

function textOf(node) {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text;
  return ts.isTemplateExpression(node) ? node.head.text + node.templateSpans.map(({ literal }) => `%s${literal.text}`).join('') : undefined;
}

/** Files with tests, and with the clauses of the contract kits, by their paths from the root. */
export function testFiles() {
  return packageFolders()
    .flatMap(filesBelow)
    .map((path) => relative(root, path).split(sep).join('/'))
    .filter((path) => path.endsWith('.test.ts') || path.includes('/test/suites/') || path.startsWith('packages/testkit/src/contract/'));
}

function filesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return NOT_SOURCES.has(entry.name) ? [] : filesBelow(path);
    return entry.name.endsWith('.ts') ? [path] : [];
  });
}

/** Everything in which a specification and the tests differ, as lines for people. `files`: text of each test file by its path. */
export function differences(spec, files) {
  const faults = [];
  const sections = sectionsOf(spec);
  const known = new Map();
  for (const { id, line } of sections) {
    if (known.has(id)) faults.push(`SPEC.md:${line}: ${id} is there twice`);
    known.set(id, new Set());
  }
  const titles = new Map(Array.from(files, ([file, text]) => [file, testsOf(text)]));
  for (const { id, line, tests } of sections) {
    if (tests.length === 0) faults.push(`SPEC.md:${line}: ${id} names no test`);
    for (const test of tests) {
      const place = `SPEC.md:${test.line}: ${id}`;
      const there = titles.get(test.file);
      if (there === undefined) faults.push(`${place} names ${test.file}, which is no file of tests`);
      else if (!there.includes(test.title))
        faults.push(`${place} names a test that ${test.file} does not have, or does not run: ${test.title}`);
      else if (!namedBy(test.title).includes(id)) faults.push(`${place} names a test whose title does not name ${id}: ${test.title}`);
      known.get(id).add(`${test.file}\n${test.title}`);
    }
  }
  for (const [file, list] of titles) {
    for (const title of list) {
      const names = namedBy(title);
      const loose = (title.match(/\bINV-\d+/g) ?? []).filter((name) => !names.includes(name));
      for (const name of loose) faults.push(`${file}: ${name} stands in a title otherwise than as (${name}): ${title}`);
      for (const name of names) {
        if (!known.has(name)) {
          if (!isOtherLesson(name)) faults.push(`${file}: a title names ${name}, which SPEC.md does not have: ${title}`);
        } else if (!known.get(name).has(`${file}\n${title}`)) faults.push(`SPEC.md: ${name} does not name a test of ${file}: ${title}`);
      }
    }
  }
  return faults;
}

/** The specification with the list of each section made anew from the titles of the tests that name it. */
export function withTests(spec, files) {
  const byName = new Map();
  for (const [file, text] of files) {
    for (const title of new Set(testsOf(text))) {
      for (const name of namedBy(title)) byName.set(name, [...(byName.get(name) ?? []), linkTo(title, file)]);
    }
  }
  const lines = spec.split('\n').filter((line) => !LINK.test(line));
  const written = [];
  let list;
  const flush = () => {
    while (written.at(-1) === '') written.pop();
    if (list !== undefined && list.length > 0) written.push('', ...list);
    written.push('');
    list = undefined;
  };
  for (const line of lines) {
    const heading = HEADING.exec(line);
    if (/^#/.test(line) && written.length > 0) flush();
    if (heading !== null) list = [...(byName.get(heading[1] ?? `lesson ${heading[2]}`) ?? [])].sort();
    written.push(line);
  }
  flush();
  return written.join('\n');
}

function linkTo(title, file) {
  return `- [${title.replace(/[\\[\]_*<>`]/g, '\\$&')}](${file})`;
}

/** Lessons about types, control and generators have their tests too, and no rule of the sync to hold. */
function isOtherLesson(name) {
  return /^lesson (1[7-9]|2[0-3])$/.test(name);
}
