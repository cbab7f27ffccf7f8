/** What `compile` makes of texts, or, where Node runs without code from texts (`--disallow-code-generation-from-strings`), `plain`. */
export function compiledOr<T>(compile: () => T, plain: () => T): T {
  try {
    return compile();
  } catch (error) {
    if (!(error instanceof EvalError)) throw error;
    return plain();
  }
}

/** A name as it stands in an object literal: a string alone, so that it can be any; in brackets `__proto__`, too, is a name like others. */
export function literalName(name: string): string {
  return name === '__proto__' ? '["__proto__"]' : JSON.stringify(name);
}
