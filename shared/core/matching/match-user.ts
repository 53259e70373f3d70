import type { MirrorUser } from '../mirror-rows.js';
import type { PersonProfile } from '../people/person.js';
import type { MatchUser } from './product-record.js';

/**
 * Mail addresses are written `SMTP:` if they are the primary one and `smtp:` if not; other kinds are no mail.
 * Source: https://learn.microsoft.com/graph/api/resources/user (proxyAddresses).
 */
const SMTP = /^smtp:/i;

/** Returns what of a user in scope is matched: mail and initials as the setup reads them, the rest as it is. */
export function matchUserOf({ id, attributes }: MirrorUser, profile: PersonProfile): MatchUser {
  const phones = [attributes['mobilePhone'], ...listOf(attributes['businessPhones'])];
  return {
    directoryId: id,
    mail: profile.mail,
    aliases: aliasesOf(attributes['proxyAddresses']),
    initials: profile.initials,
    displayName: profile.displayName,
    phones: phones.filter((phone) => typeof phone === 'string' && phone.trim() !== '') as string[],
    jobTitle: textOf(attributes['jobTitle']),
    country: countryOf(textOf(attributes['country'])),
  };
}

/** In an order of their own, since Graph does not promise one. */
function aliasesOf(proxyAddresses: unknown): string[] {
  const addresses = listOf(proxyAddresses).filter((one) => typeof one === 'string' && SMTP.test(one));
  return (addresses as string[]).map((address) => address.replace(SMTP, '')).sort();
}

/** The attribute is free text: only a code says which country is meant. */
function countryOf(text: string | null): string | null {
  return text !== null && /^[A-Za-z]{2}$/.test(text.trim()) ? text.trim().toUpperCase() : null;
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value : null;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
