import { between, type SeedWords, STREAM, unit } from '../random/hash.ts';
import { type Flag, flagAt } from './flags.ts';
import type { IdentityIssuer } from './identity.ts';
import type { NameGiver } from './names.ts';
import { typeAt, VESSEL_TYPES, type VesselTypeName, type VesselTypeProfile } from './vessel-types.ts';

/** What never changes about a vessel. */
export interface Vessel {
  readonly index: number;
  readonly mmsi: string;
  readonly imo: string;
  readonly name: string;
  readonly type: VesselTypeName;
  /** ISO 3166 code of the flag state. */
  readonly flag: string;
  readonly callSign: string;
  readonly lengthMetres: number;
  readonly beamMetres: number;
  /** Design draft. */
  readonly draftMetres: number;
  readonly grossTonnage: number;
  readonly deadweight: number;
  readonly yearBuilt: number;
  readonly homePort: string;
  /** What it makes between ports. */
  readonly serviceSpeedKnots: number;
  /** The least draft of its type. */
  readonly lightDraftMetres: number;
}

const GOLDEN = 0.6180339887498949;
const oneDecimal = (value: number): number => Math.round(value * 10) / 10;

export function profileOf(type: VesselTypeName): VesselTypeProfile {
  return VESSEL_TYPES.find((profile) => profile.name === type) as VesselTypeProfile;
}

export function createVessel(seed: SeedWords, identity: IdentityIssuer, names: NameGiver, index: number): Vessel {
  // Types follow a low-discrepancy sequence: 20 vessels have the shares of 100,000.
  const point = (unit(seed, STREAM.type, 0, 0) + index * GOLDEN) % 1;
  const profile = VESSEL_TYPES[typeAt(point)] as VesselTypeProfile;
  const flag: Flag = flagAt(unit(seed, STREAM.flag, index, 0));
  // Most ships of a type are small: squaring leans towards the lower end.
  const size = unit(seed, STREAM.size, index, 0) ** 1.6;
  const [shortest, longest] = profile.lengthMetres;
  const [lightest, deepest] = profile.draftMetres;
  const [slowest, fastest] = profile.speedKnots;
  const length = Math.round(shortest + (longest - shortest) * size);
  const beam = Math.round(length / between(seed, STREAM.shape, index, 0, profile.slenderness[0], profile.slenderness[1]));
  const fullness = Math.min(1, Math.max(0, size + between(seed, STREAM.shape, index, 1, -0.1, 0.1)));
  const draft = oneDecimal(lightest + (deepest - lightest) * fullness);
  // Longer hulls are faster; nobody plans to sail at the very top or bottom of the range.
  const pace = 0.15 + 0.5 * size + between(seed, STREAM.speed, index, 0, 0, 0.3);
  const box = length * beam * draft;
  return {
    index,
    mmsi: identity.mmsi(index, flag),
    imo: identity.imo(index),
    name: names.vesselName(index),
    type: profile.name,
    flag: flag.code,
    callSign: identity.callSign(index, flag),
    lengthMetres: length,
    beamMetres: beam,
    draftMetres: draft,
    grossTonnage: Math.round(box * profile.grossTonnageFactor),
    deadweight: Math.round(box * profile.deadweightFactor),
    yearBuilt: 1992 + Math.floor(28 * Math.sqrt(unit(seed, STREAM.built, index, 0))),
    homePort: flag.registry,
    serviceSpeedKnots: oneDecimal(slowest + (fastest - slowest) * pace),
    lightDraftMetres: lightest,
  };
}
