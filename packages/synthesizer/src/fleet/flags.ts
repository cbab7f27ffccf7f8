/** A flag state: its ISO 3166 code, share of the fleet, maritime identification digits and call sign prefix (ITU), and port of registry. */
export interface Flag {
  readonly code: string;
  readonly weight: number;
  readonly mids: readonly number[];
  readonly callSignPrefix: string;
  readonly registry: string;
}

export const FLAGS: readonly Flag[] = [
  {
    code: 'PA',
    weight: 16,
    mids: [351, 352, 353, 354, 355, 356, 357, 370, 371, 372, 373, 374],
    callSignPrefix: '3E',
    registry: 'Panama City',
  },
  { code: 'LR', weight: 15, mids: [636, 637], callSignPrefix: 'D5', registry: 'Monrovia' },
  { code: 'MH', weight: 13, mids: [538], callSignPrefix: 'V7', registry: 'Majuro' },
  { code: 'HK', weight: 9, mids: [477], callSignPrefix: 'VR', registry: 'Hong Kong' },
  { code: 'SG', weight: 8, mids: [563, 564, 565, 566], callSignPrefix: '9V', registry: 'Singapore' },
  { code: 'CN', weight: 7, mids: [412, 413, 414], callSignPrefix: 'BO', registry: 'Shanghai' },
  { code: 'MT', weight: 6, mids: [215, 229, 248, 249, 256], callSignPrefix: '9H', registry: 'Valletta' },
  { code: 'BS', weight: 4, mids: [308, 309, 311], callSignPrefix: 'C6', registry: 'Nassau' },
  { code: 'GR', weight: 3, mids: [237, 239, 240, 241], callSignPrefix: 'SV', registry: 'Piraeus' },
  { code: 'JP', weight: 3, mids: [431, 432], callSignPrefix: '7J', registry: 'Tokyo' },
  { code: 'CY', weight: 2, mids: [209, 210, 212], callSignPrefix: '5B', registry: 'Limassol' },
  { code: 'NO', weight: 2, mids: [257, 258, 259], callSignPrefix: 'LA', registry: 'Bergen' },
  { code: 'DK', weight: 1.5, mids: [219, 220], callSignPrefix: 'OX', registry: 'Copenhagen' },
  { code: 'GB', weight: 1.5, mids: [232, 233, 234, 235], callSignPrefix: 'MA', registry: 'London' },
  { code: 'PT', weight: 1.5, mids: [255, 263], callSignPrefix: 'CR', registry: 'Madeira' },
  { code: 'ID', weight: 1.5, mids: [525], callSignPrefix: 'YB', registry: 'Jakarta' },
  { code: 'KR', weight: 1.5, mids: [440, 441], callSignPrefix: 'D7', registry: 'Busan' },
  { code: 'DE', weight: 1, mids: [211, 218], callSignPrefix: 'DA', registry: 'Hamburg' },
  { code: 'NL', weight: 1, mids: [244, 245, 246], callSignPrefix: 'PA', registry: 'Rotterdam' },
  { code: 'IT', weight: 1, mids: [247], callSignPrefix: 'IB', registry: 'Genoa' },
  { code: 'US', weight: 0.8, mids: [338, 366, 367, 368, 369], callSignPrefix: 'WD', registry: 'New York' },
  { code: 'IN', weight: 0.8, mids: [419], callSignPrefix: 'AV', registry: 'Mumbai' },
  { code: 'BR', weight: 0.5, mids: [710], callSignPrefix: 'PP', registry: 'Rio de Janeiro' },
  { code: 'TR', weight: 0.5, mids: [271], callSignPrefix: 'TC', registry: 'Istanbul' },
  { code: 'FR', weight: 0.5, mids: [226, 227, 228], callSignPrefix: 'FM', registry: 'Marseille' },
];

const TOTAL = FLAGS.reduce((sum, flag) => sum + flag.weight, 0);

/** The flag at a point of [0, 1), by weight. */
export function flagAt(point: number): Flag {
  let left = point * TOTAL;
  let last: Flag | undefined;
  for (const flag of FLAGS) {
    last = flag;
    left -= flag.weight;
    if (left < 0) break;
  }
  return last as Flag;
}
