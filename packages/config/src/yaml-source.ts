import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type ParsedNode,
  parseDocument,
  visit,
  type YAMLError,
} from 'yaml';
import type { Span } from './code-frame.ts';
import type { ConfigPath } from './problem.ts';
import { SECRET_KEY } from './secrets.ts';

/** A problem of the YAML text itself. */
interface SyntaxProblem extends Span {
  readonly message: string;
  readonly hint?: string | undefined;
  /** The words are the parser's, and may repeat a piece of the text. */
  readonly fromParser?: boolean;
}

/** A YAML text read as data that remembers where each part stands. */
export interface YamlSource {
  readonly value: unknown;
  readonly problems: readonly SyntaxProblem[];
  /** Offsets of the values that may be credentials. */
  readonly secrets: readonly (readonly [number, number])[];
  /** The place of a value or of its key; of what is around it where it is missing. */
  locate(path: ConfigPath, atKey?: boolean): Span;
}

const MAX_LENGTH = 256 * 1024;
/** Aliases, and copies that they may add up to, before the text counts as an attack. */
const MAX_ALIASES = 100;

const WORDING: Partial<Record<YAMLError['code'], Omit<SyntaxProblem, keyof Span>>> = {
  DUPLICATE_KEY: { message: 'this key stands twice in the same mapping', hint: 'remove one of them' },
  MULTIPLE_DOCS: { message: 'a second YAML document begins here', hint: 'keep one document in a file' },
  TAB_AS_INDENT: { message: 'a tab cannot indent YAML', hint: 'indent with spaces' },
  TAG_RESOLVE_FAILED: { message: 'a YAML tag has no meaning in a configuration', hint: 'remove the tag' },
};

/** Reads one YAML 1.2 document. Never throws: what is wrong is in `problems`, and `value` is then undefined. */
export function readYaml(text: string): YamlSource {
  const start: Span = { line: 1, column: 1, length: 1 };
  const failed = (message: string, hint?: string): YamlSource => ({
    value: undefined,
    problems: [{ ...start, message, hint }],
    secrets: [],
    locate: () => start,
  });
  if (text.length > MAX_LENGTH) return failed('the file is larger than 256 KiB, which no configuration is');

  const lines = new LineCounter();
  const span = (from: number, to: number): Span => {
    const { line, col } = lines.linePos(Math.min(from, text.length));
    const lineEnd = text.indexOf('\n', from);
    return {
      line: Math.max(line, 1),
      column: Math.max(col, 1),
      length: Math.max(1, Math.min(to, lineEnd === -1 ? text.length : lineEnd) - from),
    };
  };
  try {
    const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, merge: true, logLevel: 'error', stringKeys: true });
    const secrets = secretRanges(document);
    const problems = [
      ...[...document.errors, ...document.warnings].map(({ code, message, pos }) => ({
        ...span(...pos),
        message: message.split('\n', 1).join(),
        fromParser: WORDING[code] === undefined,
        ...WORDING[code],
      })),
      ...aliasProblems(document).map(({ range, ...problem }) => ({ ...span(...range), ...problem })),
    ];
    if (problems.length > 0) return { value: undefined, problems, secrets, locate: () => start };
    const value: unknown = document.toJS({ maxAliasCount: MAX_ALIASES });
    return { value, problems, secrets, locate: (path, atKey = false) => span(...offsets(document, path, atKey)) };
  } catch (error) {
    // The parser recurses; toJS refuses aliases that multiply, and merge keys before something else than a mapping.
    if (error instanceof RangeError) return failed('the file is nested too deeply');
    if (error instanceof ReferenceError) return failed('aliases multiply beyond any configuration', 'write the values out in their place');
    if (error instanceof Error && /^Merge /.test(error.message))
      return failed('a merge key << stands before something that is not a mapping');
    throw error;
  }
}

function secretRanges(document: Document.Parsed): [number, number][] {
  const ranges: [number, number][] = [];
  visit(document, {
    Pair(_, { key, value }) {
      if (isScalar(key) && SECRET_KEY.test(String(key.value)) && isNode(value) && value.range)
        ranges.push([value.range[0], value.range[1]]);
    },
  });
  return ranges;
}

function aliasProblems(document: Document.Parsed): { range: [number, number]; message: string; hint: string }[] {
  const aliases: Alias[] = [];
  visit(document, { Alias: (_, alias) => void aliases.push(alias) });
  const refused = aliases.length > MAX_ALIASES ? aliases.slice(0, 1) : aliases.filter((alias) => alias.resolve(document) === undefined);
  const message = aliases.length > MAX_ALIASES ? `the file has more than ${MAX_ALIASES} aliases` : 'this alias has no anchor before it';
  return refused.map((alias) => ({ range: rangeOf(alias), message, hint: 'write the value out in place of the alias' }));
}

/** Where the deepest part of a path that exists begins and ends. */
function offsets(document: Document.Parsed, path: ConfigPath, atKey: boolean): [number, number] {
  let node: Node | null = document.contents;
  let place = rangeOf(node);
  for (const [depth, step] of path.entries()) {
    const parent: Node | null | undefined = isAlias(node) ? node.resolve(document) : node;
    if (isMap(parent)) {
      const pair = parent.items.find(({ key }) => isScalar(key) && String(key.value) === step);
      if (pair === undefined) return place;
      const value = isNode(pair.value) ? pair.value : null;
      const last = depth === path.length - 1;
      const preferKey = (atKey && last) || !isScalar(value) || value.source === '';
      place = rangeOf(preferKey && isNode(pair.key) ? pair.key : value);
      node = value;
    } else if (isSeq(parent) && typeof step === 'number') {
      const item: unknown = parent.items[step];
      if (!isNode(item)) return place;
      place = rangeOf(item);
      node = item;
    } else return place;
  }
  return place;
}

function rangeOf(node: Node | ParsedNode | null): [number, number] {
  return node?.range ? [node.range[0], node.range[1]] : [0, 1];
}
