import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Found } from '../schedules/serve.ts';
import { bundle } from './bundle.ts';
import { search } from './search.ts';
import type { Program, SeededBug } from './seeded-bug.ts';

/** From the first to the last, both included. */
export interface Seeds {
  readonly from: number;
  readonly to: number;
}

/** Looks for bugs, each in a build of the programs with that bug alone. */
export class Hunt {
  readonly #folder: string;
  readonly #sound = new Map<Program, Promise<string>>();

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async begin(): Promise<Hunt> {
    return new Hunt(await mkdtemp(join(tmpdir(), 'bqsync-bugs-')));
  }

  async end(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** The first schedule that the bug alone violates: with the bug off the same one holds. */
  async find(bug: SeededBug, { from, to }: Seeds): Promise<Found | undefined> {
    const ill = join(this.#folder, `${bug.id}.mjs`);
    await bundle(bug.program, bug.edits, ill);
    for (let next = from; next <= to; ) {
      const found = await search(ill, { from: next, to, context: {} });
      if (found === undefined) return undefined;
      const { seed } = found;
      if ((await this.violated(bug.program, { from: seed, to: seed })) === undefined) return found;
      next = found.seed + 1;
    }
    return undefined;
  }

  /** The first schedule that is violated with no bug put in. */
  async violated(program: Program, { from, to }: Seeds): Promise<Found | undefined> {
    let sound = this.#sound.get(program);
    if (sound === undefined) {
      const outfile = join(this.#folder, `${program}.mjs`);
      sound = bundle(program, [], outfile).then(() => outfile);
      this.#sound.set(program, sound);
    }
    return search(await sound, { from, to, context: {} });
  }
}
