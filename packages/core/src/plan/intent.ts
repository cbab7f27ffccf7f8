import { BqsyncError } from '@bqsync/errors';
import type { CursorRange, WindowRequest } from '../ports/source.ts';
import type { WindowIntent, WindowProgress } from '../ports/state.ts';
import type { Micros } from '../ports/time.ts';
import { formatInstant, parseInstant } from './instant.ts';

/** A {@link WindowIntent} as the engine works with it: its request is what the source is asked with. */
export interface HeldIntent extends Omit<WindowIntent, 'request'> {
  readonly request: WindowRequest;
}

/** As it is stored: every value of it survives JSON. */
export function storedIntent(intent: HeldIntent): WindowIntent {
  const { windowId, kind, range, maxBytesBilled, readers } = intent.request;
  return {
    ...intent,
    request: {
      windowId,
      kind,
      range: storedRange(range),
      ...(maxBytesBilled === undefined ? {} : { maxBytesBilled }),
      ...(readers === undefined ? {} : { readers }),
    },
  };
}

export function heldIntent(intent: WindowIntent): HeldIntent {
  const { from, to, nulls } = intent.request.range;
  return { ...intent, request: { ...intent.request, range: { from: bound(from), to: bound(to), nulls } } };
}

function storedRange({ from, to, nulls }: CursorRange): WindowProgress['range'] {
  return { from: boundText(from), to: boundText(to), nulls };
}

function boundText(at: Micros | undefined): string | null {
  return at === undefined ? null : formatInstant(at);
}

function bound(text: string | null): Micros | undefined {
  if (text === null) return undefined;
  const at = parseInstant(text);
  if (at === undefined)
    throw new BqsyncError('BQS_STATE_DAMAGED', `a stored window has the bound ${JSON.stringify(text)}, which is no instant`);
  return at;
}
