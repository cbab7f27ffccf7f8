import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { Screen } from './screen.ts';

/** A stream that keeps what it gets; with columns it is a terminal. */
function sink(columns?: number) {
  let text = '';
  const out = new Writable({
    write(chunk: Buffer, _, done) {
      text += chunk.toString();
      done();
    },
  });
  if (columns !== undefined) Object.assign(out, { isTTY: true, columns });
  return { out, text: () => text };
}

/** The lines that a terminal would show in the end. */
function shown(text: string): string[] {
  const lines = [''];
  let row = 0;
  for (const [token] of text.matchAll(/\u001b\[\d*[A-Za-z]|\r|\n|[^\u001b\r\n]+/g)) {
    const up = /^\u001b\[(\d+)A$/.exec(token);
    if (up) row -= Number(up[1]);
    else if (token === '\n') lines[++row] ??= '';
    else if (token === '\u001b[0J') lines.splice(row, lines.length, '');
    else if (token !== '\r' && !token.startsWith('\u001b')) lines[row] = (lines[row] ?? '') + token;
  }
  return lines.filter((line) => line !== '');
}

describe('the screen', () => {
  it('keeps what was said above what is drawn anew, and leaves only that', () => {
    const { out, text } = sink(80);
    const screen = new Screen(out, {});
    const [first, second] = [screen.step('first'), screen.step('second')];
    screen.show(() => ['block']);
    screen.say('said');
    expect(shown(text())).toEqual(['said', expect.stringMatching(/^⠋ first/), expect.stringMatching(/^⠋ second/), 'block']);
    first.done('detail');
    second.failed();
    screen.close();
    expect(shown(text())).toEqual(['said', expect.stringMatching(/^✓ first {2}detail {2}0\.0 s$/)]);
  });

  it('cuts what would wrap, for a wrapped line would be drawn over the wrong place', () => {
    const { out, text } = sink(20);
    const screen = new Screen(out, {});
    screen.show(() => ['x'.repeat(50)]);
    expect(shown(text())).toEqual([`${'x'.repeat(18)}…`]);
    screen.close();
  });

  it.each([
    ['no terminal', undefined, {}],
    ['a dumb terminal', 80, { TERM: 'dumb' }],
    ['continuous integration', 80, { CI: 'true' }],
  ])('writes plain lines to %s', (_, columns, env) => {
    const { out, text } = sink(columns);
    const screen = new Screen(out, env);
    screen.show(() => ['block']);
    screen.step('work').done();
    screen.close();
    expect(text()).toBe('… work\n✓ work  0.0 s\n');
  });

  it('has no colours if none are wanted', () => {
    const { out, text } = sink(80);
    const screen = new Screen(out, { NO_COLOR: '1' });
    screen.say(screen.colours.red('plain'));
    expect(text()).toBe('plain\n');
  });
});
