import { base, en, Faker } from '@faker-js/faker';
import { hash32, type SeedWords, STREAM } from '../random/hash.ts';

export interface NameGiver {
  readonly vesselName: (index: number) => string;
  readonly owner: (index: number, ownerVersion: number) => string;
}

const SUFFIXES = ['Star', 'Express', 'Spirit', 'Pioneer', 'Horizon', 'Glory', 'Wave', 'Trader', 'Fortune', 'Venture'];
const PREFIXES = ['Ocean', 'Pacific', 'Atlantic', 'Northern', 'Southern', 'Golden', 'Blue', 'Grand', 'Silver', 'Crystal'];
const COMPANIES = ['Shipping', 'Maritime', 'Lines', 'Navigation', 'Marine', 'Tankers & Bulk'];

/**
 * Names and owners by faker. Its randomizer reads the counter-based hash under a key that is set before each name,
 * so a vessel is called the same whichever vessels were named before it.
 */
export function nameGiver(seed: SeedWords): NameGiver {
  let stream: number = STREAM.name;
  let key = 0;
  let draws = 0;
  const faker = new Faker({
    locale: [en, base],
    randomizer: {
      next: () => hash32(seed, stream, key, draws++) / 4294967296,
      // faker calls this once with a random seed of its own; the key above is the only source here.
      seed: () => undefined,
    },
  });
  const turnTo = (purpose: number, index: number, version: number): void => {
    stream = purpose;
    key = index;
    draws = version * 1000;
  };
  return {
    vesselName: (index) => {
      turnTo(STREAM.name, index, 0);
      const pattern = faker.number.int(3);
      if (pattern === 0) return `${faker.helpers.arrayElement(PREFIXES)} ${faker.person.firstName()}`.toUpperCase();
      if (pattern === 1) return `${faker.location.city()} ${faker.helpers.arrayElement(SUFFIXES)}`.toUpperCase();
      if (pattern === 2) return `${faker.person.firstName()} ${faker.helpers.arrayElement(SUFFIXES)}`.toUpperCase();
      return `${faker.person.lastName()} ${faker.helpers.arrayElement(SUFFIXES)}`.toUpperCase();
    },
    owner: (index, ownerVersion) => {
      turnTo(STREAM.owner, index, ownerVersion);
      return `${faker.company.name()} ${faker.helpers.arrayElement(COMPANIES)}`;
    },
  };
}
