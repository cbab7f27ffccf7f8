import type { JsonObject, JsonValue } from './json-value.ts';

/** Which notation quotes a name: `$['a b']` in JSON_EXTRACT and its like, `$."a b"` in the others. */
export type PathStyle = 'legacy' | 'standard';

const cache = new Map<string, readonly (string | number)[]>();

/** The steps of a JSONPath; throws where it is none. */
export function stepsOf(path: string, style: PathStyle): readonly (string | number)[] {
  const key = `${style} ${path}`;
  const known = cache.get(key);
  if (known) return known;
  const steps: (string | number)[] = [];
  const fail = (): never => {
    throw new Error(`Invalid JSONPath: ${path}`);
  };
  if (!path.startsWith('$')) fail();
  let at = 1;
  while (at < path.length) {
    const rest = path.slice(at);
    const index = /^\[\s*(\d{1,10})\s*\]/.exec(rest);
    const plain = /^\.([^.[\]"'\s]+)/.exec(rest);
    const quoted = style === 'standard' ? /^\."((?:[^"\\]|\\.)*)"/.exec(rest) : /^\[\s*'((?:[^'\\]|\\.)*)'\s*\]/.exec(rest);
    if (index) steps.push(Number(index[1]));
    else if (quoted) steps.push((quoted[1] ?? '').replaceAll(/\\(.)/g, '$1'));
    else if (plain) steps.push(plain[1] ?? '');
    else fail();
    at += (index ?? quoted ?? plain)?.[0].length ?? 1;
  }
  if (cache.size > 1000) cache.clear();
  cache.set(key, steps);
  return steps;
}

/** What a path finds; undefined: nothing. */
export function follow(value: JsonValue, path: string, style: PathStyle): JsonValue | undefined {
  let found: JsonValue | undefined = value;
  for (const step of stepsOf(path, style)) {
    if (found instanceof Map) found = (found as JsonObject).get(String(step));
    else if (Array.isArray(found) && typeof step === 'number') found = (found as readonly JsonValue[])[step];
    else if (Array.isArray(found) && /^\d+$/.test(String(step))) found = (found as readonly JsonValue[])[Number(step)];
    else return undefined;
  }
  return found;
}
