/** One Ctrl-C arrives two or three times: from the terminal, from npm, from the start script. A later one means it. */
const FORCE_AFTER_MS = 500;

export interface Interrupt {
  /** Aborted by the first signal. */
  readonly signal: AbortSignal;
  /** Stops listening. */
  release(): void;
}

/** Turns SIGINT, SIGTERM and SIGHUP into an abort; one that comes over half a second after the first calls `force`. */
export function listenForInterrupt(
  force: () => void,
  source: NodeJS.EventEmitter = process,
  now: () => number = () => performance.now(),
): Interrupt {
  const controller = new AbortController();
  let first: number | undefined;
  const onSignal = (): void => {
    if (first === undefined) {
      first = now();
      controller.abort();
    } else if (now() - first > FORCE_AFTER_MS) force();
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) source.on(signal, onSignal);
  return {
    signal: controller.signal,
    release: () => {
      for (const signal of signals) source.off(signal, onSignal);
    },
  };
}
