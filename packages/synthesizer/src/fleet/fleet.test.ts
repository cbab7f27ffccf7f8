import { describe, expect, it } from 'vitest';
import { isoMicros, toMicros } from '../time/micros.ts';
import { portsOf } from '../voyage/itinerary.ts';
import { createFleet, UPDATE_PERIOD } from './fleet.ts';
import { FLAGS } from './flags.ts';
import { imoCheckDigit } from './identity.ts';
import { PORTS } from './ports.ts';
import { profileOf } from './vessel.ts';
import { VESSEL_TYPES } from './vessel-types.ts';

const fleet = createFleet({ seed: 42 });
const vessels = Array.from({ length: fleet.size }, (_, index) => fleet.vessel(index));

describe('the registry of 100,000 vessels', () => {
  it('lesson 23: no identity twice', () => {
    expect(vessels).toHaveLength(100_000);
    for (const key of ['mmsi', 'imo', 'callSign'] as const) expect(new Set(vessels.map((vessel) => vessel[key])).size, key).toBe(100_000);
  });

  it('gives each an MMSI of its flag and an IMO number with its check digit', () => {
    const mids = new Map(FLAGS.map(({ code, mids: list }) => [code, new Set(list.map(String))]));
    for (const { mmsi, imo, flag } of vessels) {
      if (!/^\d{9}$/.test(mmsi) || !mids.get(flag)?.has(mmsi.slice(0, 3))) expect.fail(`MMSI ${mmsi} is not of ${flag}`);
      const sum = [7, 6, 5, 4, 3, 2].reduce((total, weight, i) => total + weight * Number(imo[i]), 0);
      if (!/^[5-9]\d{6}$/.test(imo) || sum % 10 !== Number(imo[6])) expect.fail(`IMO ${imo} is wrong`);
    }
    // A ship that sails: IMO 9074729.
    expect(imoCheckDigit(907472)).toBe(9);
  });

  it('has the shares of the types, in a fleet of 20 too', () => {
    for (const { name, share } of VESSEL_TYPES) {
      const of = (count: number): number => vessels.slice(0, count).filter(({ type }) => type === name).length;
      expect(of(100_000) / 1000).toBeCloseTo(share, 1);
      expect(Math.abs(of(20) - share / 5)).toBeLessThanOrEqual(1);
    }
    expect(VESSEL_TYPES.reduce((sum, { share }) => sum + share, 0)).toBe(100);
  });

  it('keeps speed, length and draft in the range of the type', () => {
    for (const vessel of vessels) {
      const profile = profileOf(vessel.type);
      const within = (value: number, [low, high]: readonly [number, number]): boolean => value >= low && value <= high;
      const right =
        within(vessel.serviceSpeedKnots, profile.speedKnots) &&
        within(vessel.lengthMetres, profile.lengthMetres) &&
        within(vessel.draftMetres, profile.draftMetres);
      if (!right || vessel.beamMetres < 3 || vessel.beamMetres > vessel.lengthMetres / 3) expect.fail(JSON.stringify(vessel));
    }
  });

  it('names every vessel, owner and home', () => {
    for (const { name, homePort, grossTonnage, deadweight, yearBuilt } of vessels)
      if (name.length < 4 || homePort === '' || grossTonnage < 1 || deadweight < 1 || yearBuilt < 1990 || yearBuilt > 2020)
        expect.fail(name);
    expect(new Set(vessels.map(({ name }) => name)).size).toBeGreaterThan(40_000);
    expect(fleet.recordAt(17, toMicros('2026-01-01')).owner.length).toBeGreaterThan(5);
  });

  it('makes any vessel alone what it is among the others', () => {
    for (const index of [99_999, 0, 31_337]) expect(createFleet({ seed: 42 }).vessel(index)).toEqual(vessels[index]);
    expect(createFleet({ seed: '42', vessels: 50 }).vessel(7)).toEqual(vessels[7]);
    expect(createFleet({ seed: 43 }).vessel(7)).not.toEqual(vessels[7]);
  });

  it('updates each record rarely, and only then changes it', () => {
    const at = toMicros('2026-05-01');
    for (let index = 0; index < 200; index++) {
      const record = fleet.recordAt(index, at);
      expect(record.lastUpdated).toBeLessThanOrEqual(at);
      expect(at - record.lastUpdated).toBeLessThan(UPDATE_PERIOD);
      expect(fleet.recordAt(index, record.lastUpdated)).toEqual(record);
      expect(isoMicros(fleet.recordAt(index, record.lastUpdated - 1).lastUpdated)).toBe(isoMicros(record.lastUpdated - UPDATE_PERIOD));
    }
  });

  it('refuses a fleet that cannot be', () => {
    for (const options of [{ vessels: 0 }, { vessels: 1.5 }, { vessels: 500_001 }, { variant: -1 }, { rotation: 'space' as 'ocean' }])
      expect(() => createFleet(options)).toThrow(expect.objectContaining({ code: 'BQS_CONFIG_INVALID' }));
    expect(() => createFleet({ vessels: 3 }).vessel(3)).toThrow(expect.objectContaining({ code: 'BQS_USAGE' }));
  });
});

describe('the ports', () => {
  it('are the 29 major ones by weight, and smaller ones around them', () => {
    const weights = Object.fromEntries(PORTS.slice(0, 29).map(({ name, weight }) => [name, weight]));
    expect(weights).toEqual({
      Singapore: 10,
      Shanghai: 9,
      'Hong Kong': 7,
      Rotterdam: 7,
      Busan: 6,
      Dubai: 6,
      'Los Angeles': 6,
      Guangzhou: 5,
      Qingdao: 5,
      Antwerp: 5,
      'Long Beach': 5,
      'New York/New Jersey': 5,
      Tokyo: 4,
      'Port Klang': 4,
      Tianjin: 4,
      Hamburg: 4,
      Houston: 4,
      Kaohsiung: 3,
      Valencia: 3,
      Piraeus: 3,
      Jeddah: 3,
      Savannah: 3,
      Vancouver: 3,
      Santos: 3,
      Felixstowe: 2,
      Manzanillo: 2,
      'Cape Town': 2,
      Durban: 2,
      Lagos: 2,
    });
    expect(new Set(PORTS.map(({ id }) => id)).size).toBe(PORTS.length);
    for (const { id, weight } of PORTS) expect([/^[A-Z]{2}[A-Z0-9]{3}$/.test(id), weight > 0]).toEqual([true, true]);
  });

  it('are called at by weight', () => {
    const calls = new Map<number, number>();
    let total = 0;
    for (let index = 0; index < 20_000; index++)
      for (const port of portsOf(fleet.timetable(index).itinerary)) {
        calls.set(port, (calls.get(port) ?? 0) + 1);
        total++;
      }
    const sum = PORTS.reduce((all, { weight }) => all + weight, 0);
    for (const [index, { weight, name }] of PORTS.slice(0, 29).entries()) {
      const ratio = (calls.get(index) ?? 0) / total / (weight / sum);
      expect(ratio, name).toBeGreaterThan(0.85);
      expect(ratio, name).toBeLessThan(1.15);
    }
  });
});
