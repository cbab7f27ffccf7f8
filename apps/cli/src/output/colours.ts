import { styleText } from 'node:util';

export type Paint = (text: string) => string;

export interface Colours {
  readonly bold: Paint;
  readonly dim: Paint;
  readonly red: Paint;
  readonly green: Paint;
  readonly yellow: Paint;
  readonly cyan: Paint;
}

/** Whether to colour was decided by the caller: nothing is asked of the terminal here. */
export function coloursFor(on: boolean): Colours {
  const paint = (name: keyof Colours): Paint => (on ? (text) => styleText(name, text, { validateStream: false }) : (text) => text);
  return { bold: paint('bold'), dim: paint('dim'), red: paint('red'), green: paint('green'), yellow: paint('yellow'), cyan: paint('cyan') };
}
