/** What is wrong with one value, said without repeating the value: it may come from the environment. */
export interface Problem {
  readonly message: string;
  /** What to do about it. */
  readonly hint?: string | undefined;
}

export type Check = (value: string) => Problem | undefined;

export type ConfigPath = readonly (string | number)[];

/** A problem at its place in the configuration, before the place is looked up in a file. */
export interface PlacedProblem extends Problem {
  readonly path: ConfigPath;
  /** Points to the key instead of its value. */
  readonly atKey?: boolean;
}

/** `bigquery.tables[0].columns[2]`; keys that are no plain word are quoted. */
export function formatPath(path: ConfigPath): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else if (/^[A-Za-z_][\w-]*$/.test(step)) text += text === '' ? step : `.${step}`;
    else text += `[${JSON.stringify(step.length > 60 ? `${step.slice(0, 57)}…` : step)}]`;
  }
  return text;
}

export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}
