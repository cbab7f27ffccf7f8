import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const BLOCK_MS = 240_000;
const UNTIL_MS = 60_000;
const BACKGROUND_MS = 90_000;
const PAUSE_MS = 500;
const SHOWN_CHARACTERS = 4000;

/** One shell in which the blocks of a page run one after another: the folder and exported variables last from one to the next. */
export class Session {
  #state;
  #log;
  #home;
  #cwd;
  #env;
  #started = new Set();

  /** `scratch` is a folder outside of the page's own. */
  constructor(cwd, env, scratch) {
    this.#home = cwd;
    this.#cwd = cwd;
    this.#env = env;
    this.#state = join(scratch, 'shell-state');
    this.#log = join(scratch, 'background.log');
  }

  get cwd() {
    return this.#cwd;
  }

  /** Goes to a folder of the page's own. */
  enter(folder) {
    this.#cwd = join(this.#home, folder);
    mkdirSync(this.#cwd, { recursive: true });
  }

  /** Runs a block to its end; throws with its output if a command of it fails. */
  async run(code) {
    const script = `set -e\n${code}\n{ pwd && env -0; } > ${JSON.stringify(this.#state)}\n`;
    const { status, output } = await this.#spawn(script);
    if (status !== 0) throw new Error(`a command ended with ${status}\n${output.slice(-SHOWN_CHARACTERS)}`);
    const text = readFileSync(this.#state, 'utf8');
    const end = text.indexOf('\n');
    this.#cwd = text.slice(0, end);
    this.#env = Object.fromEntries(
      text
        .slice(end + 1)
        .split('\0')
        .filter((pair) => pair.includes('='))
        .map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
    );
    return output;
  }

  /** Runs a block again and again until its output has a text. */
  async runUntil(code, wanted) {
    const deadline = performance.now() + UNTIL_MS;
    for (;;) {
      let last;
      try {
        last = await this.run(code);
        if (last.includes(wanted)) return last;
      } catch (error) {
        last = error.message;
      }
      if (performance.now() > deadline)
        throw new Error(`"${wanted}" is not in the output within ${UNTIL_MS / 1000} s\n${last.slice(-SHOWN_CHARACTERS)}`);
      await sleep(PAUSE_MS);
    }
  }

  /** Starts a block that stays, and waits until a URL answers, whatever it answers. */
  async background(code, url) {
    if (await answers(url)) throw new Error(`something answers at ${url} before the block has started it: end that first`);
    const log = openSync(this.#log, 'a');
    const child = spawn('bash', ['-c', `set -e\n${code}`], {
      cwd: this.#cwd,
      env: this.#environment,
      stdio: ['ignore', log, log],
      detached: true,
    });
    closeSync(log);
    this.#started.add(child);
    const deadline = performance.now() + BACKGROUND_MS;
    while (!(await answers(url))) {
      const ended = child.exitCode ?? child.signalCode;
      if (ended !== null || performance.now() > deadline) {
        const why = ended === null ? `${url} does not answer within ${BACKGROUND_MS / 1000} s` : `it ended with ${ended}`;
        throw new Error(`${why}\n${readFileSync(this.#log, 'utf8').slice(-SHOWN_CHARACTERS)}`);
      }
      await sleep(PAUSE_MS);
    }
  }

  /** A program of this repository, in the folder and with the environment of the page. */
  async node(args) {
    const { status, output } = await this.#start(process.execPath, args);
    if (status !== 0) throw new Error(`it ended with ${status}\n${output.slice(-SHOWN_CHARACTERS)}`);
    return output;
  }

  /** What the background wrote, for a report. */
  backgroundLog() {
    if (!existsSync(this.#log)) return '';
    // Harper greets with a picture.
    const lines = readFileSync(this.#log, 'utf8').split('\n');
    return lines
      .filter((line) => !line.includes('\u001b[38;5;'))
      .join('\n')
      .slice(-SHOWN_CHARACTERS);
  }

  async end() {
    for (const child of this.#started) {
      await endGroup(child);
    }
    rmSync(this.#state, { force: true });
  }

  /** A shell believes PWD where it is the same folder, by whatever links it was reached. */
  get #environment() {
    return { ...this.#env, PWD: this.#cwd };
  }

  #spawn(script) {
    return this.#start('bash', ['-c', script]);
  }

  #start(command, args) {
    return new Promise((resolve, reject) => {
      // A group of its own, so that everything that it starts is ended with it.
      const child = spawn(command, args, { cwd: this.#cwd, env: this.#environment, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
      this.#started.add(child);
      let output = '';
      const timer = setTimeout(() => {
        output += `\nnot done within ${BLOCK_MS / 1000} s\n`;
        signalGroup(child, 'SIGKILL');
      }, BLOCK_MS);
      for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
      child.once('error', reject);
      child.once('close', (code, signal) => {
        clearTimeout(timer);
        this.#started.delete(child);
        resolve({ status: code ?? signal, output });
      });
    });
  }
}

async function answers(url) {
  try {
    await fetch(url, { signal: AbortSignal.timeout(5000) }).then((response) => response.arrayBuffer());
    return true;
  } catch {
    return false;
  }
}

async function endGroup(child) {
  for (const [signal, waitMs] of [
    ['SIGTERM', 10_000],
    ['SIGKILL', 10_000],
  ]) {
    if (!signalGroup(child, signal)) return;
    const deadline = performance.now() + waitMs;
    while (signalGroup(child, 0) && performance.now() < deadline) await sleep(100);
  }
}

function signalGroup(child, signal) {
  try {
    process.kill(-child.pid, signal);
    return true;
  } catch (error) {
    if (error.code === 'ESRCH') return false;
    throw error;
  }
}
