import type { Outline, OpenWindow, Page, Source, TableDescription, TableSpec, Unit, WindowRequest } from '@bqsync/core';
import { BqsyncError } from '@bqsync/errors';
import { type CrashPoint, type Mischief, type SourceCall, sourceFault, type SourceFaultName } from './faults.ts';
import type { ModelBigQuery } from './model-bigquery.ts';
import type { SimProcess } from './sim-process.ts';

/** What the bound of rows in flight needs to know. */
export interface ReadWatch {
  fetched(windowId: string, unit: Unit, fromRow: number, endRow: number, pageRows: number): void;
}

/** The model of BigQuery as one process sees it: each call takes time, and may fail. */
export class SimSource implements Source {
  readonly #model: ModelBigQuery;
  readonly #process: SimProcess;
  readonly #mischief: Mischief;
  readonly #watch: ReadWatch;

  constructor(model: ModelBigQuery, process: SimProcess, mischief: Mischief, watch: ReadWatch) {
    this.#model = model;
    this.#process = process;
    this.#mischief = mischief;
    this.#watch = watch;
  }

  async describe(table: TableSpec, signal: AbortSignal): Promise<TableDescription> {
    if (this.#dies('during-planning')) await this.#process.pass(0);
    const fault = await this.#call('describe', signal);
    this.#model.mustExist();
    return this.#model.describe(table, fault === 'stale-metadata');
  }

  async outline(table: TableSpec, _description: TableDescription, signal: AbortSignal): Promise<Outline> {
    if (this.#dies('during-planning')) await this.#process.pass(0);
    await this.#call('outline', signal);
    this.#model.mustExist();
    return this.#model.outline(table);
  }

  async open(table: TableSpec, description: TableDescription, request: WindowRequest, signal: AbortSignal): Promise<OpenWindow> {
    if (this.#dies('before-open')) await this.#process.pass(0);
    const fault = await this.#call('open', signal, (effect) => {
      if (effect === 'burns') this.#model.burn(request.windowId);
      if (effect === 'expires') this.#model.expire(request.windowId);
      if (effect === 'runs') this.#model.open(table, description, request);
    });
    const open = this.#model.open(table, description, request, fault === 'stale-snapshot');
    if (this.#dies('after-open')) await this.#process.pass(0);
    await this.#process.latency();
    return open;
  }

  async *read(
    table: TableSpec,
    _description: TableDescription,
    window: OpenWindow,
    unit: Unit,
    fromRow: number,
    signal: AbortSignal,
  ): AsyncGenerator<Page> {
    const end = unit.endRow ?? window.totalRows;
    for (let at = fromRow; at < end; ) {
      if (this.#dies('before-read')) await this.#process.pass(0);
      await this.#call('read', signal, (effect) => {
        if (effect === 'expires') this.#model.expire(window.windowId);
      });
      if (this.#dies('mid-page')) await this.#process.pass(0);
      const page = this.#model.page(table, window.windowId, at, end);
      at += page.rows.length;
      this.#watch.fetched(window.windowId, unit, fromRow, at, this.#model.layout.pageRows);
      yield page;
    }
  }

  /** Tells where the process is, which may be its end. */
  #dies(point: CrashPoint): boolean {
    this.#mischief.reach(point, this.#process);
    return !this.#process.alive;
  }

  async #call(call: SourceCall, signal: AbortSignal, happen?: (effect: string | undefined) => void): Promise<SourceFaultName | undefined> {
    await this.#process.latency();
    signal.throwIfAborted();
    const name = this.#mischief.fault(call);
    if (name === undefined) return undefined;
    const { code, effect, delayMs = 0, retryAfterMs } = sourceFault(name);
    happen?.(effect);
    if (delayMs > 0) await this.#process.pass(delayMs);
    if (code === undefined) return name;
    throw new BqsyncError(code, `injected ${name}`, { retryAfterMs });
  }
}
