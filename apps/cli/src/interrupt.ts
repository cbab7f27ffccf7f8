const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** One Ctrl-C arrives two or three times where npm or npx stands between: only a later one is a second. */
const SECOND_AFTER_MS = 500;

export interface Interrupt {
  /** Aborted by the first signal: whatever runs ends cleanly. */
  readonly signal: AbortSignal;
  /** Signals end the process at once again. */
  release(): void;
}

/** Turns signals into an abort; a further one after half a second calls `force`. */
export function listenForInterrupt(force: () => void): Interrupt {
  const controller = new AbortController();
  let first: number | undefined;
  const onSignal = (): void => {
    const now = performance.now();
    if (first === undefined) {
      first = now;
      controller.abort();
    } else if (now - first >= SECOND_AFTER_MS) {
      force();
    }
  };
  for (const name of SIGNALS) process.on(name, onSignal);
  return {
    signal: controller.signal,
    release: () => {
      for (const name of SIGNALS) process.off(name, onSignal);
    },
  };
}
