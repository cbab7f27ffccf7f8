/** What a type of vessel is like. Ranges are inclusive. */
export interface VesselTypeProfile {
  readonly name: VesselTypeName;
  /** Share of the fleet, in percent. */
  readonly share: number;
  /** Service speed in knots; the upper end is the type's top speed. */
  readonly speedKnots: readonly [number, number];
  readonly lengthMetres: readonly [number, number];
  /** Design draft in metres. */
  readonly draftMetres: readonly [number, number];
  /** Length over beam. */
  readonly slenderness: readonly [number, number];
  /** Share of the box length × beam × draft that counts as deadweight in tonnes. */
  readonly deadweightFactor: number;
  readonly grossTonnageFactor: number;
}

export type VesselTypeName = 'Container Ship' | 'Bulk Carrier' | 'Tanker' | 'Cargo Ship' | 'Passenger Ship' | 'Fishing Vessel';

/** The one vocabulary of vessel types, in all tables. */
export const VESSEL_TYPES: readonly VesselTypeProfile[] = [
  {
    name: 'Container Ship',
    share: 35,
    speedKnots: [14, 25],
    lengthMetres: [130, 400],
    draftMetres: [7, 16.5],
    slenderness: [6.2, 7.2],
    deadweightFactor: 0.55,
    grossTonnageFactor: 0.58,
  },
  {
    name: 'Bulk Carrier',
    share: 25,
    speedKnots: [11, 16],
    lengthMetres: [150, 300],
    draftMetres: [8.5, 18.5],
    slenderness: [5.8, 6.8],
    deadweightFactor: 0.78,
    grossTonnageFactor: 0.42,
  },
  {
    name: 'Tanker',
    share: 20,
    speedKnots: [11, 17],
    lengthMetres: [100, 333],
    draftMetres: [6, 22],
    slenderness: [5.5, 6.5],
    deadweightFactor: 0.76,
    grossTonnageFactor: 0.4,
  },
  {
    name: 'Cargo Ship',
    share: 10,
    speedKnots: [10, 19],
    lengthMetres: [80, 250],
    draftMetres: [4.5, 12],
    slenderness: [5.8, 7],
    deadweightFactor: 0.62,
    grossTonnageFactor: 0.45,
  },
  {
    name: 'Passenger Ship',
    share: 5,
    speedKnots: [15, 30],
    lengthMetres: [50, 360],
    draftMetres: [2.5, 9.5],
    slenderness: [6, 8.2],
    deadweightFactor: 0.12,
    grossTonnageFactor: 1.15,
  },
  {
    name: 'Fishing Vessel',
    share: 5,
    speedKnots: [3, 14],
    lengthMetres: [15, 100],
    draftMetres: [2, 7.5],
    slenderness: [3.6, 5.6],
    deadweightFactor: 0.3,
    grossTonnageFactor: 0.38,
  },
];

/** The type at a point of [0, 1), by the shares. */
export function typeAt(point: number): number {
  let sum = 0;
  for (const [index, type] of VESSEL_TYPES.entries()) {
    sum += type.share / 100;
    if (point < sum) return index;
  }
  return VESSEL_TYPES.length - 1;
}
