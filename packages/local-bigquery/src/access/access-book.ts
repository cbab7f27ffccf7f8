import type { IncomingHttpHeaders } from 'node:http';
import type { RowAccessPolicy } from '../catalog/records.ts';
import { invalid } from '../http/api-error.ts';
import { isObject } from '../http/body.ts';
import { MASKING_RULES, type MaskingRule } from './masking.ts';

/** Who makes a call. Without settings everyone is {@link EVERYONE}. */
export interface Principal {
  readonly email: string;
  /** The bearer token by which calls of this principal are known; absent: all calls whose token belongs to nobody else. */
  readonly token?: string;
  /** The policy tags that it may read, or all (`true`). */
  readonly fineGrainedReader?: boolean | readonly string[];
  /** Data policies do not mask for it. */
  readonly unmasked?: boolean;
  /** Holds `bigquery.rowAccessPolicies.overrideTimeTravelRestrictions`. */
  readonly overrideTimeTravelRestrictions?: boolean;
}

/** What `PUT /local/access` takes. */
export interface AccessSettings {
  readonly principals?: readonly Principal[];
  /** What each data policy does to the columns that name it; a policy that is not listed gives NULL. */
  readonly dataPolicies?: Readonly<Record<string, MaskingRule>>;
}

/** What one call may see. */
export interface Access {
  readonly principal: Principal;
  maskingOf(policy: string): MaskingRule;
}

const EVERYONE: Principal = { email: 'local@bqsync.invalid' };

/** Who may see what: there is no authentication, but a token can stand for somebody with fewer or more rights. */
export class AccessBook {
  #settings: AccessSettings = {};

  get settings(): AccessSettings {
    return this.#settings;
  }

  /** Replaces all settings; throws `invalid` for what they cannot be. */
  set(value: unknown): AccessSettings {
    this.#settings = parse(value);
    return this.#settings;
  }

  /** The access of a call by its `authorization` header, or of a gRPC call by its metadata. */
  of(authorization: IncomingHttpHeaders['authorization']): Access {
    const token = /^Bearer\s+(.+)$/i.exec(authorization ?? '')?.[1];
    const { principals = [], dataPolicies = {} } = this.#settings;
    const principal =
      principals.find((p) => p.token !== undefined && p.token === token) ?? principals.find((p) => p.token === undefined) ?? EVERYONE;
    return {
      principal,
      maskingOf: (policy) => (Object.hasOwn(dataPolicies, policy) ? (dataPolicies[policy] ?? 'ALWAYS_NULL') : 'ALWAYS_NULL'),
    };
  }
}

function parse(value: unknown): AccessSettings {
  if (!isObject(value)) throw invalid('Access settings must be a JSON object', 'access');
  const unknown = Object.keys(value).find((key) => key !== 'principals' && key !== 'dataPolicies');
  if (unknown !== undefined) throw invalid(`Access settings have principals and dataPolicies, not "${unknown}"`, unknown);
  const { principals = [], dataPolicies = {} } = value;
  if (!Array.isArray(principals) || !principals.every((p) => isObject(p) && typeof p['email'] === 'string'))
    throw invalid('principals must be a list of objects with an email', 'principals');
  const known = ['email', 'token', 'fineGrainedReader', 'unmasked', 'overrideTimeTravelRestrictions'];
  for (const principal of principals as Record<string, unknown>[]) {
    const key = Object.keys(principal).find((name) => !known.includes(name));
    if (key !== undefined) throw invalid(`A principal has ${known.join(', ')}, not "${key}"`, 'principals');
  }
  if (!isObject(dataPolicies)) throw invalid('dataPolicies must be an object', 'dataPolicies');
  for (const [name, rule] of Object.entries(dataPolicies)) {
    if (!MASKING_RULES.includes(rule as MaskingRule))
      throw invalid(`The masking rule of ${name} must be one of ${MASKING_RULES.join(', ')}, not ${JSON.stringify(rule)}`, 'dataPolicies');
  }
  return value;
}

/** Whether a row access policy or a grant names a principal. */
export function isGranted({ grantees }: Pick<RowAccessPolicy, 'grantees'>, { email }: Principal): boolean {
  return grantees.some((grantee) => {
    const [kind = '', name = ''] = grantee.split(/:(.*)/s);
    if (kind === 'allUsers' || kind === 'allAuthenticatedUsers') return true;
    if (kind === 'domain') return email.toLowerCase().endsWith(`@${name.toLowerCase()}`);
    return (kind === 'user' || kind === 'serviceAccount') && name.toLowerCase() === email.toLowerCase();
  });
}

/** Whether a principal may read a column under policy tags. */
export function mayRead(tags: readonly string[], { fineGrainedReader }: Principal): boolean {
  if (fineGrainedReader === true) return true;
  return Array.isArray(fineGrainedReader) && tags.every((tag) => (fineGrainedReader as readonly string[]).includes(tag));
}
