import { BqsyncError } from '@bqsync/errors';
import { hash32, MOVEMENT_STREAMS, type SeedWords, seedWords, STREAM, unit } from '../random/hash.ts';
import { DAY, type Micros } from '../time/micros.ts';
import { layItinerary } from '../voyage/itinerary.ts';
import type { Timetable } from '../voyage/port-call.ts';
import { type RotationName, ROTATIONS, rotationPicker, type RotationPicker } from '../voyage/rotation.ts';
import { draftOn } from '../voyage/present-leg.ts';
import { emptyState, stateAt, type VesselState } from '../voyage/vessel-state.ts';
import { identityIssuer, MAX_VESSELS } from './identity.ts';
import { nameGiver } from './names.ts';
import { createVessel, type Vessel } from './vessel.ts';

export interface FleetOptions {
  /** Any text or number; the same seed gives the same fleet for ever. Default 1. */
  readonly seed?: string | number | undefined;
  /** How many vessels, 1 to 500,000. Default 100,000. */
  readonly vessels?: number | undefined;
  /** How the fleet trades. Default `ocean`. */
  readonly rotation?: RotationName | undefined;
  /** Another course of all voyages for the same vessels. Default 0. */
  readonly variant?: number | undefined;
}

/** What a vessel's record says at an instant besides what never changes. */
export interface VesselRecord {
  readonly lastUpdated: Micros;
  readonly owner: string;
  readonly status: string;
}

/** Between two updates of a vessel's record. */
export const UPDATE_PERIOD: Micros = 200 * DAY;

/**
 * The shared registry: who the vessels are and where each is at any instant. Everything is a pure function of the options, the
 * vessel's index and the time; what is kept in memory is a cache.
 */
export class Fleet {
  readonly seed: string;
  readonly size: number;
  readonly rotation: RotationName;
  readonly variant: number;
  readonly words: SeedWords;
  readonly #vessels: Vessel[] = [];
  readonly #timetables: Timetable[] = [];
  readonly #owners = new Map<string, string>();
  readonly #picker: RotationPicker;
  readonly #create: (index: number) => Vessel;
  readonly #ownerOf: (index: number, version: number) => string;

  /** @throws BqsyncError `BQS_CONFIG_INVALID` for a size or variant out of range, or an unknown rotation. */
  constructor(options: FleetOptions = {}) {
    this.seed = String(options.seed ?? 1);
    this.size = options.vessels ?? 100_000;
    this.rotation = options.rotation ?? 'ocean';
    this.variant = options.variant ?? 0;
    if (!Number.isInteger(this.size) || this.size < 1 || this.size > MAX_VESSELS)
      throw new BqsyncError('BQS_CONFIG_INVALID', `vessels is ${this.size}`, { hint: `give a whole number from 1 to ${MAX_VESSELS}` });
    if (!Number.isInteger(this.variant) || this.variant < 0)
      throw new BqsyncError('BQS_CONFIG_INVALID', `variant is ${this.variant}`, { hint: 'give a whole number from 0 on' });
    if (!Object.hasOwn(ROTATIONS, this.rotation))
      throw new BqsyncError('BQS_CONFIG_INVALID', `rotation is "${this.rotation}"`, {
        hint: `choose one of ${Object.keys(ROTATIONS).join(', ')}`,
      });
    this.words = seedWords(this.seed);
    const identity = identityIssuer(this.words);
    const names = nameGiver(this.words);
    this.#create = (index) => createVessel(this.words, identity, names, index);
    this.#ownerOf = names.owner;
    this.#picker = rotationPicker(this.words, ROTATIONS[this.rotation], this.#streamOffset);
  }

  get #streamOffset(): number {
    return this.variant * MOVEMENT_STREAMS;
  }

  /** The vessel with this index, 0 to `size` - 1. */
  vessel(index: number): Vessel {
    return (this.#vessels[index] ??= this.#create(this.#checked(index)));
  }

  timetable(index: number): Timetable {
    const known = this.#timetables[index];
    if (known !== undefined) return known;
    const profile = ROTATIONS[this.rotation];
    const itinerary = layItinerary(this.words, this.#streamOffset, profile, this.vessel(index), this.#picker.portsOf(index));
    return (this.#timetables[index] = { seed: this.words, streamOffset: this.#streamOffset, profile, vessel: index, itinerary });
  }

  /** Where a vessel is at an instant. Pass a state to have it filled instead of a new one. */
  stateAt(index: number, at: Micros, state: VesselState = emptyState()): VesselState {
    return stateAt(this.timetable(index), at, state);
  }

  /** How far a vessel is loaded on its way to a call: its draft in metres, one decimal. */
  draftOn(index: number, call: number): number {
    return draftOn(this.timetable(index), call);
  }

  /** The record of a vessel as of an instant. */
  recordAt(index: number, at: Micros): VesselRecord {
    const phase = this.#updatePhase(index);
    const version = Math.floor((at - phase) / UPDATE_PERIOD);
    return {
      lastUpdated: phase + version * UPDATE_PERIOD,
      owner: this.#owner(index, Math.floor(version / 3)),
      status: unit(this.words, STREAM.updateStatus, index, version) < 0.8 ? 'Active' : 'On charter',
    };
  }

  #updatePhase(index: number): Micros {
    return (
      Math.floor(unit(this.words, STREAM.update, index, 0) * UPDATE_PERIOD) + (hash32(this.words, STREAM.update, index, 1) % 1_000_000)
    );
  }

  #owner(index: number, version: number): string {
    const key = `${index}/${version}`;
    const known = this.#owners.get(key);
    if (known !== undefined) return known;
    const owner = this.#ownerOf(index, version);
    this.#owners.set(key, owner);
    return owner;
  }

  #checked(index: number): number {
    if (!Number.isInteger(index) || index < 0 || index >= this.size)
      throw new BqsyncError('BQS_USAGE', `vessel ${index} is not in a fleet of ${this.size}`, {
        hint: `indexes run from 0 to ${this.size - 1}`,
      });
    return index;
  }
}

/** @throws BqsyncError `BQS_CONFIG_INVALID` as {@link Fleet}. */
export function createFleet(options: FleetOptions = {}): Fleet {
  return new Fleet(options);
}
