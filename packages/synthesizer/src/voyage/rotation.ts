import { BqsyncError } from '@bqsync/errors';
import { type Port, PORTS } from '../fleet/ports.ts';
import { hash32, type SeedWords, STREAM, unit } from '../random/hash.ts';
import { HOUR, MINUTE, type Micros } from '../time/micros.ts';
import { distanceNm } from './geodesy.ts';

export type RotationName = 'ocean' | 'coastal' | 'feeder' | 'ferry';

/** How the vessels of a fleet trade: how far apart the ports of a rotation are and how long vessels stay. */
export interface RotationProfile {
  readonly name: RotationName;
  /** No port of a rotation is farther than this from its first one. */
  readonly radiusNm: number;
  readonly stops: readonly [number, number];
  /** The planned time at berth; what a vessel really stays differs by up to twice `delay`, and by a wait at anchor. */
  readonly stay: readonly [Micros, Micros];
  /** No stay at berth is shorter. */
  readonly leastStay: Micros;
  /** A departure is at most this much earlier or later than planned. */
  readonly delay: Micros;
  /** The share of calls that wait at anchor first. */
  readonly anchored: number;
}

export const ROTATIONS: Readonly<Record<RotationName, RotationProfile>> = {
  ocean: {
    name: 'ocean',
    radiusNm: 11_000,
    stops: [3, 5],
    stay: [36 * HOUR, 120 * HOUR],
    leastStay: 12 * HOUR,
    delay: 10 * HOUR,
    anchored: 0.4,
  },
  coastal: {
    name: 'coastal',
    radiusNm: 700,
    stops: [2, 4],
    stay: [17 * HOUR, 34 * HOUR],
    leastStay: 12 * HOUR,
    delay: 2 * HOUR,
    anchored: 0.35,
  },
  feeder: { name: 'feeder', radiusNm: 105, stops: [2, 3], stay: [2 * HOUR, 5 * HOUR], leastStay: HOUR, delay: 18 * MINUTE, anchored: 0.25 },
  ferry: {
    name: 'ferry',
    radiusNm: 45,
    stops: [2, 2],
    stay: [84 * MINUTE, 132 * MINUTE],
    leastStay: HOUR,
    delay: 9 * MINUTE,
    anchored: 0.15,
  },
};

/** A leg between ports nearer than this would begin before the last one has ended: their approaches overlap. */
const LEAST_LEG_NM = 10;

interface Choice {
  readonly ports: readonly number[];
  readonly cumulative: readonly number[];
}

function choice(ports: readonly number[]): Choice {
  let sum = 0;
  return { ports, cumulative: ports.map((index) => (sum += (PORTS[index] as Port).weight)) };
}

function pick(from: Choice, point: number): number {
  const target = point * (from.cumulative.at(-1) ?? 0);
  const at = from.cumulative.findIndex((sum) => target < sum);
  return from.ports[at === -1 ? from.ports.length - 1 : at] as number;
}

export interface RotationPicker {
  /** The ports of a vessel's rotation as positions in `PORTS`; neighbours, the last and the first included, differ. */
  portsOf(vessel: number): number[];
}

export function rotationPicker(seed: SeedWords, profile: RotationProfile, streamOffset: number): RotationPicker {
  const distances = PORTS.map((a) => PORTS.map((b) => distanceNm(a.latitude, a.longitude, b.latitude, b.longitude)));
  const far = (a: number, b: number): boolean => (distances[a]?.[b] ?? 0) >= LEAST_LEG_NM;
  const near = PORTS.map((_, home) =>
    choice(
      PORTS.flatMap((_port, other) => (far(home, other) && (distances[home]?.[other] ?? Infinity) <= profile.radiusNm ? [other] : [])),
    ),
  );
  const homes = choice(PORTS.flatMap((_, home) => ((near[home]?.ports.length ?? 0) > 0 ? [home] : [])));
  if (homes.ports.length === 0)
    throw new BqsyncError('BQS_INTERNAL', `no two ports lie within ${profile.radiusNm} nm of each other`, {
      hint: 'report this: the port list and the rotation disagree',
    });
  return {
    portsOf(vessel) {
      const count = profile.stops[0] + (hash32(seed, STREAM.stops + streamOffset, vessel, 0) % (profile.stops[1] - profile.stops[0] + 1));
      const home = pick(homes, unit(seed, STREAM.stopPort + streamOffset, vessel, 0));
      const ports = [home];
      const around = near[home] as Choice;
      for (let stop = 1; stop < count; stop++) {
        const previous = ports[stop - 1] as number;
        const next = pick(around, unit(seed, STREAM.stopPort + streamOffset, vessel, stop));
        // A port that is too near the one before is left out; the rotation is then shorter by one.
        if (far(previous, next)) ports.push(next);
        else break;
      }
      // The second stop always differs from home, and so does every later one: `near` leaves home and its neighbours out.
      return ports;
    },
  };
}
