import type { MirrorUser } from '../mirror-rows.js';
import type { PersonProfile } from '../people/person.js';
import type { MatchUser } from './product-record.js';

/**
 * Mail addresses are written `SMTP:` if they are the primary one and `smtp:` if not; other kinds are no mail.
 * Source: https://learn.microsoft.com/graph/api/resources/user (proxyAddresses).
 */
const SMTP = /^smtp:/i;

/** Characters of a value that is matched: no name, address, title or initials of a real person has more. */
const MOST_CHARACTERS = 320;
/** Exchange keeps at most 400 addresses of one mailbox. */
const MOST_ALIASES = 500;
const MOST_PHONES = 100;

/**
 * Returns what of a user in scope is matched: mail and initials as the setup reads them, the rest as it is. What is
 * longer than any real value is passed over, so that a row always has room for the rest.
 */
export function matchUserOf({ id, attributes }: MirrorUser, profile: PersonProfile): MatchUser {
  const phones = [attributes['mobilePhone'], ...listOf(attributes['businessPhones'])];
  return {
    directoryId: id,
    mail: textOf(profile.mail),
    aliases: aliasesOf(attributes['proxyAddresses']).slice(0, MOST_ALIASES),
    initials: textOf(profile.initials),
    displayName: textOf(profile.displayName),
    phones: phones.flatMap((phone) => textOf(phone) ?? []).slice(0, MOST_PHONES),
    jobTitle: textOf(attributes['jobTitle']),
    country: countryOf(textOf(attributes['country'])),
  };
}

/** In an order of their own, since Graph does not promise one. */
function aliasesOf(proxyAddresses: unknown): string[] {
  const addresses = listOf(proxyAddresses).flatMap((one) => textOf(one) ?? []);
  return addresses.flatMap((address) => (SMTP.test(address) ? [address.replace(SMTP, '')] : [])).sort();
}

/** The attribute is free text: only a code says which country is meant. */
function countryOf(text: string | null): string | null {
  return text !== null && /^[A-Za-z]{2}$/.test(text.trim()) ? text.trim().toUpperCase() : null;
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value.length <= MOST_CHARACTERS && value.trim() !== '' ? value : null;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
