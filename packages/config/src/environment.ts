import { type ConfigPath, type PlacedProblem, isMapping } from './problem.ts';
import { BOOLEAN_KEYS, NUMBER_KEYS } from './schema.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

const REFERENCE = /\$\$\{|\$\{([^}]*)(\})?/g;
const WHOLE_REFERENCE = /^\$\{[A-Za-z_][A-Za-z0-9_]*\}$/;
/** Far above any configuration; they keep a value that contains itself, or shares parts, from exhausting the process. */
const MAX_DEPTH = 50;
const MAX_VALUES = 200_000;

/**
 * Copies a plain value with every `${NAME}` in its texts replaced by the environment variable of that name; `$${` stands for a literal `${`.
 * Keys that are undefined are left out. A text that is one reference alone becomes a number or a boolean where its key wants one.
 */
export function expandEnvironment(value: unknown, environment: Environment): { value: unknown; problems: PlacedProblem[] } {
  const problems: PlacedProblem[] = [];

  const expandText = (text: string, path: ConfigPath): unknown => {
    if (!text.includes('${')) return text;
    const before = problems.length;
    const expanded = text.replace(REFERENCE, (whole, name: string | undefined, closed: string | undefined) => {
      if (whole === '$${') return '${';
      if (name === undefined || closed === undefined) {
        problems.push({ path, message: 'has a ${ that is never closed', hint: 'write ${NAME}, or $${ for a literal ${' });
      } else if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
        problems.push({
          path,
          message: 'has a ${…} that is not the name of an environment variable',
          hint: 'write ${NAME}, or $${ for a literal ${',
        });
      } else {
        const found = Object.hasOwn(environment, name) ? environment[name] : undefined;
        if (found !== undefined && found !== '') return found;
        problems.push({
          path,
          message: `needs the environment variable ${name}, which is ${found === undefined ? 'not set' : 'empty'}`,
          hint: `set ${name}, or write the value here`,
        });
      }
      return '';
    });
    // Without its value, nothing more is said about this place.
    if (problems.length > before) return undefined;
    if (!WHOLE_REFERENCE.test(text)) return expanded;
    const key = path.at(-1);
    if (typeof key !== 'string') return expanded;
    if (NUMBER_KEYS.has(key) && /^\d{1,15}(?:\.\d{1,6})?$/.test(expanded)) return Number(expanded);
    if (BOOLEAN_KEYS.has(key) && /^(?:true|false)$/.test(expanded)) return expanded === 'true';
    return expanded;
  };

  let values = 0;
  const visit = (node: unknown, path: ConfigPath): unknown => {
    if (typeof node === 'string') return expandText(node, path);
    if (path.length > MAX_DEPTH || ++values > MAX_VALUES) {
      if (values < Infinity) problems.push({ path: path.slice(0, 5), message: 'is too large, nested too deeply, or contains itself' });
      values = Infinity;
      return undefined;
    }
    if (Array.isArray(node)) return node.map((item, index) => visit(item, [...path, index]));
    if (!isMapping(node)) return node;
    return Object.fromEntries(
      Object.entries(node)
        .filter(([, child]) => child !== undefined)
        .map(([key, child]) => [key, visit(child, [...path, key])]),
    );
  };

  return { value: visit(value, []), problems };
}
