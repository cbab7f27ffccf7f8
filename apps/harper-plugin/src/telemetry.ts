import { billText, type SyncEvent, type Telemetry } from '@bqsync/core';
import type { HarperLogger } from './harper.ts';

/** One line for what a person should know, at the level it deserves; never a row. `onEvent` is told that something happened. */
export function logTelemetry(logger: HarperLogger): Telemetry {
  return { event: (event) => log(logger, event) };
}

function log(logger: HarperLogger, event: SyncEvent): void {
  const say = (text: string): string => `bqsync ${event.tableId}: ${text}`;
  switch (event.type) {
    case 'started':
      logger.info?.(say(event.resumed ? 'goes on' : 'starts'));
      break;
    case 'prepared':
      if (event.created) logger.info?.(say('target created'));
      // The source has said its own.
      for (const notice of event.notices) logger.warn?.(say(notice));
      break;
    case 'generation':
      if (event.from !== undefined)
        logger.warn?.(say(`the source table or its mapping changed: it is read again whole${priceOf(event.wholeRead)}`));
      break;
    case 'window-completed':
      logger.debug?.(say(`window complete, ${event.rows} rows, watermark ${event.watermark ?? 'none'}`));
      if (event.late > 0) logger.info?.(say(`${event.late} late rows found`));
      break;
    case 'stale-deleted':
      logger.info?.(say(`${event.rows} rows of an older generation deleted`));
      break;
    case 'budget-paused':
      logger.warn?.(say(`paused until the next day (UTC): ${event.spentBytes} of ${event.limitBytes} bytes are billed`));
      break;
    case 'retrying':
      logger.warn?.(
        say(`${event.error.code} ${event.error.message}; try ${event.attempt} failed, next in ${Math.round(event.delayMs)} ms`),
      );
      break;
    case 'failed':
      logger.error?.(say(`${event.error.code} ${event.error.message}${event.error.hint === undefined ? '' : `; ${event.error.hint}`}`));
      break;
    case 'outlined':
    case 'window-opened':
    case 'committed':
    case 'poll-skipped':
    case 'caught-up':
    case 'stopped':
      break;
  }
}

function priceOf(whole: { readonly bytesBilled: number; readonly usd: number } | undefined): string {
  return whole === undefined ? '' : `: up to ${billText(whole.bytesBilled, whole.usd)}`;
}
