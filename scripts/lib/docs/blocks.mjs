import { readFileSync } from 'node:fs';

// A page's code blocks and what is said of each in a comment right above it, which readers do not see:
//
//   <!-- docs: file config.yaml -->          the block is that file, in the folder where the page's commands are
//   <!-- docs: in my-app -->               in that folder of the page, from here on
//   <!-- docs: until ARRIVAL -->              run again, for a minute, until the text is in the output
//   <!-- docs: background until URL -->       keeps running while the page does; what follows waits until the URL answers
//   <!-- docs: continues -->                  of JavaScript and TypeScript: goes on where the block above ended
//   <!-- docs: elsewhere PATH -->             not run here, since that file runs it
//   <!-- docs: skip REASON -->                not run at all
//   <!-- docs: page after README.md -->       of the whole page: it begins where that page ended, what runs in the background included
//
// Without one: shell is run, JavaScript and TypeScript are run (and checked for types), YAML and GraphQL are checked. A block without a language is output.
// Python is run elsewhere.

const SHELLS = new Set(['sh', 'bash', 'shell', 'shellscript', 'console']);
const LANGUAGES = new Set(['js', 'ts', 'mjs', 'yaml', 'graphql', 'json', 'py']);
const DIRECTIVES =
  /^(?:in (?<in>\S+)|file (?<file>\S+)|background until (?<background>\S+)|until (?<until>.+)|(?<continues>continues)|elsewhere (?<elsewhere>\S+)|skip (?<skip>.+)|page after (?<after>\S+))$/;

/** @returns the page's blocks in order, the page that it comes after, and what is wrong with its markers */
export function readPage(path) {
  const lines = readFileSync(path, 'utf8').split('\n');
  const page = { path, after: undefined, blocks: [], faults: [] };
  let block;
  let marks = {};
  for (const [index, text] of lines.entries()) {
    const fence = /^\s*(?:```+|~~~+)\s*(\w*)/.exec(text);
    if (block !== undefined) {
      if (fence === null) block.lines.push(text);
      else {
        page.blocks.push({ ...block, code: `${block.lines.join('\n')}\n` });
        block = undefined;
      }
      continue;
    }
    if (fence !== null) {
      block = { language: languageOf(fence[1], index, page), line: index + 1, marks, lines: [] };
      marks = {};
      continue;
    }
    const comment = /^\s*<!--\s*docs:\s*(.*?)\s*-->\s*$/.exec(text);
    if (comment !== null) marks = { ...marks, ...marksOf(comment[1], index, page) };
    else if (text.trim() !== '') {
      if (Object.keys(marks).length > 0) page.faults.push({ line: index + 1, fault: 'a marker stands above no code block' });
      marks = {};
    }
  }
  if (block !== undefined) page.faults.push({ line: block.line, fault: 'the code block has no end' });
  return page;
}

function languageOf(word, index, page) {
  if (word === '') return 'output';
  if (SHELLS.has(word)) return 'sh';
  if (LANGUAGES.has(word)) return word;
  page.faults.push({ line: index + 1, fault: `blocks of the language "${word}" are not known` });
  return 'output';
}

function marksOf(text, index, page) {
  const found = DIRECTIVES.exec(text)?.groups;
  if (found === undefined) {
    page.faults.push({ line: index + 1, fault: `unknown marker "${text}"` });
    return {};
  }
  if (found.after !== undefined) {
    page.after = found.after;
    return {};
  }
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
}
