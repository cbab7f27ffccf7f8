import type { ConfigPath } from './problem.ts';

/** Names under which a credential may stand. */
export const SECRET_KEY = /credential|password|passwd|secret|token|private_?key|api_?key/i;
/** A secret key and its colon inside a line of YAML, in block or flow style, quoted or not. */
const SECRET_PAIR =
  /^(?<lead>\s*(?:.*?[\s{,\-"'])?)(?<key>["']?[\w-]*(?:credential|password|passwd|secret|token|private_?key|api_?key)[\w-]*["']?\s*:)(?<rest>.*)$/i;
const LONG_SECRET = /-----BEGIN|[A-Za-z0-9+/]{48,}/;

/** Whether a value at this place may be a secret, so that it is not shown. */
export function isSecretPath(path: ConfigPath): boolean {
  return path.some((step) => typeof step === 'string' && SECRET_KEY.test(step));
}

/** User and password of a URL, replaced. */
export function maskUrls(text: string): string {
  return text.replace(/(\/\/)[^/@\s]*@/g, '$1***@');
}

/** Enough of a line for a frame; keeps the patterns below from long lines. */
const MAX_LINE = 400;

/** A value that ends on its own line: plain or quoted, nothing that may go on below. */
const ONE_LINE = /^\s*(?:"[^"\\]*"|'[^']*'|[^\s"'|>{}[\]&*!#-][^{}[\]"']*)\s*(?:#.*)?$/;

interface MaskedLine {
  readonly text: string;
  /** Whether something was replaced. */
  readonly masked: boolean;
}

/**
 * The lines of a YAML text with everything replaced that may be a secret. Positions up to a secret stay. `ranges` are the offsets of
 * values known to be secret. A `broken` text does not show where a secret ends, so from one that may go on below nothing is shown.
 */
export function maskLines(text: string, ranges: readonly (readonly [number, number])[], broken: boolean): MaskedLine[] {
  let known = text;
  for (const [from, to] of ranges) known = known.slice(0, from) + known.slice(from, to).replace(/[^\r\n]/g, '*') + known.slice(to);
  const original = text.split(/\r?\n/);
  let secretIndent: number | undefined;
  let hidden = false;
  return known.split(/\r?\n/).map((whole, index) => {
    const line = whole.slice(0, MAX_LINE);
    const indent = line.search(/\S/);
    const hiddenLine = `${' '.repeat(Math.max(indent, 0))}***`;
    if (hidden) return { text: hiddenLine, masked: true };
    if (secretIndent !== undefined) {
      if (indent === -1) return { text: line, masked: false };
      if (indent > secretIndent) return { text: hiddenLine, masked: true };
      secretIndent = undefined;
    }
    const pair = SECRET_PAIR.exec(line)?.groups;
    if (pair !== undefined) {
      secretIndent = indent;
      const rest = pair['rest'] ?? '';
      hidden = broken && !ONE_LINE.test(rest);
      if (rest.trim() === '') return { text: line, masked: false };
      return { text: `${pair['lead'] ?? ''}${pair['key'] ?? ''} ***`, masked: true };
    }
    if (LONG_SECRET.test(line)) return { text: hiddenLine, masked: true };
    const shown = maskUrls(line);
    return { text: shown, masked: shown !== original[index]?.slice(0, MAX_LINE) };
  });
}
