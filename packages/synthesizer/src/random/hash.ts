/**
 * Counter-based random numbers: a value depends on its key alone, never on how many were drawn before,
 * so any vessel at any instant can be computed by itself.
 */

/** Two 32-bit words made from the seed that the user gave. */
export interface SeedWords {
  readonly low: number;
  readonly high: number;
}

/** The finalizer of MurmurHash3 (Austin Appleby, public domain): every input bit reaches every output bit. */
function mix(word: number): number {
  let h = word;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** Seeds are compared as text, so that `7` from code and `"7"` from a command line are the same fleet. */
export function seedWords(seed: string | number): SeedWords {
  const text = String(seed);
  let low = 0x811c9dc5;
  let high = 0x01000193;
  for (let i = 0; i < text.length; i++) {
    low = mix(low ^ Math.imul(text.charCodeAt(i) + 1, 0x9e3779b1));
    high = mix(high + Math.imul(text.charCodeAt(i) + 1, 0x85ebca77) + low);
  }
  return { low, high };
}

/** 32 random bits for the key (stream, a, b). Counters are taken modulo 2^32, negative ones too. */
export function hash32(seed: SeedWords, stream: number, a: number, b: number): number {
  let h = mix(seed.low ^ Math.imul(stream, 0x9e3779b1));
  h = mix(h ^ Math.imul(a | 0, 0x85ebca77) ^ seed.high);
  return mix(h + Math.imul(b | 0, 0xc2b2ae3d)) >>> 0;
}

/** A number in [0, 1) for the key (stream, a, b). */
export function unit(seed: SeedWords, stream: number, a: number, b: number): number {
  return hash32(seed, stream, a, b) / 4294967296;
}

/** A number in [from, to) for the key. */
export function between(seed: SeedWords, stream: number, a: number, b: number, from: number, to: number): number {
  return from + (to - from) * unit(seed, stream, a, b);
}

/** What a random number is for. Two purposes never share a stream. */
export const STREAM = {
  mmsi: 1,
  imo: 2,
  type: 3,
  flag: 4,
  mid: 5,
  size: 6,
  shape: 7,
  speed: 8,
  built: 9,
  name: 10,
  owner: 11,
  home: 12,
  sampleOrder: 13,
  sampleJitter: 14,
  update: 15,
  updateStatus: 16,
  reported: 17,
  dirty: 18,
  callSign: 19,
  // From here on a movement stream is offset by the fleet's variant.
  stops: 64,
  stopPort: 65,
  berth: 66,
  approach: 67,
  anchorage: 68,
  stay: 69,
  phase: 70,
  delay: 71,
  anchored: 72,
  wait: 73,
  drift: 74,
  load: 75,
} as const;
export const MOVEMENT_STREAMS = 32;
