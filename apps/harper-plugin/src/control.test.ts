import { describe, expect, it } from 'vitest';
import { parseCommand, parsePath, refuseMethod, refuseUser, UnreadableBody } from './control.ts';

describe('parseCommand', () => {
  const tables = ['ports', 'ships'];

  it('takes start and stop, for one table or all', () => {
    expect(parseCommand({ action: 'stop' }, tables)).toEqual({ action: 'stop', tableId: undefined });
    expect(parseCommand({ action: 'start', table: 'ships' }, tables)).toEqual({ action: 'start', tableId: 'ships' });
  });

  it('takes resync for one table, from an instant on if one is given', () => {
    expect(parseCommand({ action: 'resync', table: 'ships' }, tables)).toEqual({ action: 'resync', tableId: 'ships', from: undefined });
    const from = '2026-01-31T00:00:00Z';
    expect(parseCommand({ action: 'resync', table: 'ships', from }, tables)).toEqual({ action: 'resync', tableId: 'ships', from });
  });

  it('takes repairs of ranges, and asks what became of them', () => {
    const ranges = [
      { from: null, to: null, nulls: 'only' },
      { from: '2026-01-31T00:00:00Z', to: null, nulls: 'exclude' },
    ];
    expect(parseCommand({ action: 'repair', table: 'ships', ranges, maxDeletes: 0 }, tables)).toEqual({
      action: 'repair',
      tableId: 'ships',
      ranges,
      maxDeletes: 0,
    });
    expect(parseCommand({ action: 'answer', request: 'r' }, tables)).toEqual({ action: 'answer', request: 'r' });
    expect(parseCommand({ action: 'withdraw', request: 'r' }, tables)).toEqual({ action: 'withdraw', request: 'r' });
  });

  it.each([
    [{ action: 'repair', table: 'ships' }, '"ranges"'],
    [{ action: 'repair', table: 'ships', ranges: [] }, '"ranges"'],
    [{ action: 'repair', table: 'ships', ranges: [{ from: 'x', to: null, nulls: 'only' }] }, '"ranges"'],
    [{ action: 'repair', table: 'ships', ranges: [{ from: null, to: null, nulls: 'only' }], maxDeletes: -1 }, '"maxDeletes"'],
    [{ action: 'repair', ranges: [{ from: null, to: null, nulls: 'only' }] }, 'repair needs a table'],
    [{ action: 'answer' }, 'answer needs the id of a request'],
    [{ action: 'answer', request: 'r', table: 'ships' }, '"table" does not belong to answer'],
    [{ action: 'validate' }, 'unknown action "validate"'],
    [{ action: 'toString' }, 'unknown action "toString"'],
    [{}, 'action is missing'],
    [{ action: 'stop', table: 'nope' }, 'unknown table "nope"'],
    [{ action: 'stop', table: null }, 'unknown table null'],
    [{ action: 'stop', tabel: 'ships' }, 'unknown key "tabel"'],
    [{ action: 'resync' }, 'resync needs a table'],
    [{ action: 'resync', table: 'ships', from: 'yesterday' }, 'not an instant'],
    [{ action: 'resync', table: 'ships', from: 5 }, 'not an instant'],
    [{ action: 'stop', from: '2026-01-31T00:00:00Z' }, '"from" does not belong to stop'],
    [null, 'not a JSON object'],
    [['stop'], 'not a JSON object'],
    ['stop', 'not a JSON object'],
    [undefined, 'not a JSON object'],
    [new UnreadableBody('Unexpected end'), 'not valid JSON: Unexpected end'],
    [{ contentType: 'text/plain', data: new Uint8Array() }, 'send it with content-type: application/json'],
  ])('refuses %j with the lists of what there is', (body, message) => {
    expect(parseCommand(body, tables)).toMatchObject({
      status: 400,
      error: expect.stringContaining(message),
      actions: ['start', 'stop', 'resync', 'repair', 'answer', 'withdraw'],
      tables,
    });
  });
});

describe('a table in the path', () => {
  const tables = ['ports', 'ships'];

  it('is what the command is for, never every table', () => {
    expect(parseCommand({ action: 'stop' }, tables, 'ports')).toEqual({ action: 'stop', tableId: 'ports' });
    expect(parseCommand({ action: 'stop', table: 'ports' }, tables, 'ports')).toEqual({ action: 'stop', tableId: 'ports' });
    expect(parseCommand({ action: 'resync' }, tables, 'ships')).toMatchObject({ action: 'resync', tableId: 'ships' });
  });

  it.each([
    [{ action: 'stop', table: 'ships' }, '"table" is "ships", but the path names "ports"'],
    [{ action: 'stop', table: 'nope' }, 'unknown table "nope"'],
    [{ action: 'stop', table: null }, 'unknown table null'],
    [{ action: 'answer', request: 'r' }, 'a table in the path does not belong to answer'],
    [{ action: 'withdraw', request: 'r' }, 'a table in the path does not belong to withdraw'],
  ])('refuses %j', (body, message) => {
    expect(parseCommand(body, tables, 'ports')).toMatchObject({ status: 400, error: expect.stringContaining(message) });
  });

  it('is found by its whole name alone', () => {
    for (const path of ['', '/']) expect(parsePath(path, tables)).toEqual({ tableId: undefined });
    for (const path of ['/ports', '/ports/', '/%70orts']) expect(parsePath(path, tables)).toEqual({ tableId: 'ports' });
    for (const [path, name] of [
      ['/nope', 'nope'],
      ['/ports/more', 'ports/more'],
      ['//ports', '/ports'],
      ['/Ports', 'Ports'],
      ['/ports.json', 'ports.json'],
      ['/%E0%A4%A', '%E0%A4%A'],
      ['/constructor', 'constructor'],
      ['/*', '*'],
    ] as const) {
      expect(parsePath(path, tables)).toEqual({ status: 404, error: `unknown table ${JSON.stringify(name)}`, tables });
    }
  });
});

describe('refuseUser', () => {
  it('lesson 22: lets super users in only', () => {
    expect(refuseUser(undefined)).toMatchObject({ status: 401 });
    expect(refuseUser(null)).toMatchObject({ status: 401 });
    expect(refuseUser({})).toMatchObject({ status: 403 });
    expect(refuseUser({ role: { permission: { super_user: false } } })).toMatchObject({ status: 403 });
    expect(refuseUser({ role: { permission: { super_user: true } } })).toBeUndefined();
    expect(refuseMethod(undefined)).toMatchObject({ status: 401 });
    expect(refuseMethod({})).toMatchObject({ status: 403 });
    expect(refuseMethod({ role: { permission: { super_user: true } } })).toMatchObject({ status: 405 });
  });
});
