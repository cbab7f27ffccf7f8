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

/**
 * The lines of a YAML text with everything replaced that may be a secret. Positions up to a secret stay. `ranges` are the offsets of
 * values known to be secret; beside them the lines are searched, since a text with syntax errors may not show its secrets otherwise.
 */
export function maskLines(text: string, ranges: readonly (readonly [number, number])[]): string[] {
  let known = text;
  for (const [from, to] of ranges) known = known.slice(0, from) + known.slice(from, to).replace(/[^\r\n]/g, '*') + known.slice(to);
  const lines = known.split(/\r?\n/).map((line) => line.slice(0, MAX_LINE));
  let secretIndent: number | undefined;
  return lines.map((line) => {
    const indent = line.search(/\S/);
    if (secretIndent !== undefined) {
      if (indent === -1) return line;
      if (indent > secretIndent) return `${' '.repeat(indent)}***`;
      secretIndent = undefined;
    }
    const pair = SECRET_PAIR.exec(line)?.groups;
    if (pair !== undefined) {
      secretIndent = indent;
      return pair['rest']?.trim() === '' ? line : `${pair['lead'] ?? ''}${pair['key'] ?? ''} ***`;
    }
    if (LONG_SECRET.test(line)) return `${' '.repeat(Math.max(indent, 0))}***`;
    return maskUrls(line);
  });
}
