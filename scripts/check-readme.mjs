import './lib/node-version.mjs';
import { existsSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { readPage } from './lib/docs/blocks.mjs';
import { faultsOfBlock } from './lib/docs/commands.mjs';
import { runPages } from './lib/docs/run-pages.mjs';
import { packageFolders, root } from './lib/workspace.mjs';

// Every command and code example of the documentation is run as it is written: the blocks of a page one after another, in a folder that is empty at first,
// with an empty HOME, on loopback but for npm's registry. See lib/docs/blocks.mjs for the few comments that pages say more with. Needs the builds.
// Arguments name pages; without any all are checked.

/** Blocks that nothing runs. More of them than this is a fault. */
const MOST_SKIPPED = 2;

const pages = ['README.md', 'CONTRIBUTING.md']
  .map((name) => join(root, name))
  .concat(
    packageFolders().map((folder) => join(folder, 'README.md')),
    readdirSync(join(root, 'docs'))
      .filter((name) => name.endsWith('.md'))
      .map((name) => join(root, 'docs', name)),
  )
  .filter((path) => existsSync(path))
  .map(readPage);
const nameOf = (page) => relative(root, page.path);

const faults = [];
const note = (page, line, fault) => faults.push(`${nameOf(page)}:${line} ${fault}`);
if (!pages.some((page) => nameOf(page) === 'README.md')) faults.push('README.md is missing');
for (const page of pages) {
  for (const { line, fault } of page.faults) note(page, line, fault);
  if (page.after !== undefined && !pages.some((other) => nameOf(other) === page.after)) note(page, 1, `there is no page ${page.after}`);
  for (const block of page.blocks) {
    const { elsewhere, skip } = block.marks;
    if (elsewhere !== undefined && !existsSync(join(root, elsewhere))) note(page, block.line, `there is no file ${elsewhere}`);
    if ((elsewhere === undefined && skip === undefined) || block.language !== 'sh') continue;
    for (const { line, fault } of faultsOfBlock(block, join(page.path, '..'))) note(page, line, fault);
  }
}
const blocks = pages.flatMap((page) => page.blocks);
const count = (is) => blocks.filter(is).length;
const skipped = count(({ marks }) => marks.skip !== undefined);
if (skipped > MOST_SKIPPED) faults.push(`${skipped} blocks are skipped, more than ${MOST_SKIPPED}`);

const wanted = process.argv.slice(2).filter((arg) => arg !== '--');
for (const name of wanted) if (!pages.some((page) => nameOf(page) === name)) faults.push(`there is no page ${name}`);
const run = await runPages(pages, wanted, nameOf, (page, line, fault) => note(page, line, fault));
for (const fault of faults) process.stderr.write(`✗ ${fault}\n`);
process.stdout.write(
  `${pages.length} pages: ${run.commands} shell blocks and ${run.examples} examples run, ${run.data} files and configurations checked; ${count(({ marks }) => marks.elsewhere !== undefined)} run by tests, ${skipped} skipped; ${faults.length} wrong\n`,
);
process.exitCode = faults.length === 0 && run.commands > 0 ? 0 : 1;
