import { hash32, type SeedWords, STREAM } from '../random/hash.ts';
import { permutation } from '../random/permutation.ts';
import type { Flag } from './flags.ts';

/** IMO numbers in use begin with 5 to 9, which leaves this many. */
export const MAX_VESSELS = 500_000;
const FIRST_IMO = 500_000;
const CALL_SIGN_LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

export interface IdentityIssuer {
  readonly mmsi: (index: number, flag: Flag) => string;
  readonly imo: (index: number) => string;
  readonly callSign: (index: number, flag: Flag) => string;
}

/** The check digit of an IMO number: digits 1 to 6 times 7 to 2, summed, modulo 10. */
export function imoCheckDigit(sixDigits: number): number {
  let sum = 0;
  let rest = sixDigits;
  for (let weight = 2; weight <= 7; weight++) {
    sum += (rest % 10) * weight;
    rest = Math.floor(rest / 10);
  }
  return sum % 10;
}

/** Identities that are unique over the whole fleet without knowing the other vessels. */
export function identityIssuer(seed: SeedWords): IdentityIssuer {
  const serials = permutation(seed, STREAM.mmsi, 1_000_000);
  const imos = permutation(seed, STREAM.imo, MAX_VESSELS);
  const calls = permutation(seed, STREAM.callSign, 1 << 20);
  return {
    mmsi: (index, flag) => {
      const mid = flag.mids[hash32(seed, STREAM.mid, index, 0) % flag.mids.length] ?? 0;
      return `${mid}${String(serials(index)).padStart(6, '0')}`;
    },
    imo: (index) => {
      const six = FIRST_IMO + imos(index);
      return `${six}${imoCheckDigit(six)}`;
    },
    callSign: (index, flag) => {
      let rest = calls(index);
      let text = '';
      for (let i = 0; i < 4; i++) {
        text = (CALL_SIGN_LETTERS[rest & 31] ?? '') + text;
        rest >>>= 5;
      }
      return flag.callSignPrefix + text;
    },
  };
}
