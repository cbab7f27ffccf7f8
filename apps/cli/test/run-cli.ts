import { spawn } from 'node:child_process';
import { CLI } from './build-cli.ts';

/** Whatever JSON a command printed, to be looked into without a declaration of it. */
export interface JsonDocument {
  readonly [name: string]: JsonDocument;
}

export interface CliRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The JSON documents on stdout. */
  readonly documents: readonly JsonDocument[];
}

type Kill = (signal: NodeJS.Signals) => void;

export interface CliOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Called with everything printed so far, whenever there is more; may signal the process. */
  readonly onOutput?: (text: string, kill: Kill) => void;
  readonly onStart?: (kill: Kill) => void;
}

/** Runs the built command as a process of its own, without this one's settings of BigQuery and Harper. */
export function runCli(args: readonly string[], { cwd, env, onOutput, onStart }: CliOptions = {}): Promise<CliRun> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [CLI, ...args], {
      cwd,
      env: { PATH: process.env['PATH'] ?? '', HOME: cwd ?? '/nonexistent', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const kill: Kill = (signal) => child.kill(signal);
    onStart?.(kill);
    let stdout = '';
    let stderr = '';
    const seen = (): void => onOutput?.(stdout + stderr, kill);
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      seen();
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
      seen();
    });
    child.once('error', reject);
    child.once('close', (code) =>
      resolve({
        code,
        stdout,
        stderr,
        get documents() {
          return stdout
            .split('\n')
            .filter((line) => line !== '')
            .map((line) => JSON.parse(line) as JsonDocument);
        },
      }),
    );
  });
}
