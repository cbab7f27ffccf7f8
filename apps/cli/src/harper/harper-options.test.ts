import { describe, expect, it } from 'vitest';
import { harperUrl, loginOf, requireLogin } from './harper-options.ts';

describe('the login of Harper', () => {
  it('comes from options or the environment, whole or not at all', () => {
    const env = { BQSYNC_HARPER_USER: 'u', BQSYNC_HARPER_PASSWORD: 'p' };
    expect(loginOf({}, env)).toEqual({ username: 'u', password: 'p' });
    expect(loginOf({ user: 'other' }, env)).toEqual({ username: 'other', password: 'p' });
    expect(loginOf({}, {})).toBeUndefined();
    expect(loginOf({}, { BQSYNC_HARPER_USER: '' })).toBeUndefined();
    expect(() => loginOf({ user: 'u' }, {})).toThrow('a user of Harper is given, the password is not');
    expect(() => requireLogin({}, {})).toThrow('Harper needs a super user');
    expect(() => loginOf({ passwordFile: '/nowhere/at/all' }, env)).toThrow('/nowhere/at/all cannot be read');
  });
});

describe('the address of Harper', () => {
  it.each(['http://localhost:9925', 'http://127.0.0.3:9925', 'http://[::1]:9925', 'https://harper.example:9925'])('may be %s', (url) => {
    expect(harperUrl(`${url}/`, '--operations')).toBe(url);
  });

  it.each([
    ['http://harper.example:9925', 'in the clear'],
    ['http://127.0.0.1.example', 'in the clear'],
    ['ftp://localhost', 'in the clear'],
    ['https://u:p@harper.example', 'a user or a password'],
    ['localhost', 'not a URL'],
  ])('may not be %s', (url, message) => {
    expect(() => harperUrl(url, '--operations')).toThrow(message);
  });
});
