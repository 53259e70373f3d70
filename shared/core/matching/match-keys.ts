import type { MatchKey } from '../setup/setup.js';
import type { MatchUser, ProductRecord } from './product-record.js';

/** What is compared: two values of one key are equal where these texts are. Null where there is nothing to compare. */
export type KeyValues = Readonly<Record<MatchKey, string | null>>;

/** Spaces of every kind, and what is printed as nothing. */
const INVISIBLE = /[\s\u00ad\u180e\u200b-\u200f\u2060\ufeff]/gu;
const MARKS = /\p{M}/gu;

export function userKeys({ directoryId, mail, initials }: MatchUser): KeyValues {
  return { entraId: entraIdKey(directoryId), mail: mailKey(mail), initials: initialsKey(initials) };
}

export function recordKeys({ entraId, mail, initials }: ProductRecord): KeyValues {
  return { entraId: entraIdKey(entraId), mail: mailKey(mail), initials: initialsKey(initials) };
}

function entraIdKey(text: string | null): string | null {
  return notEmpty(text?.replace(INVISIBLE, '').toLowerCase());
}

/**
 * Small letters, composed (NFC), without spaces. Accents count: addresses that differ by one are two mailboxes
 * (RFC 6532).
 */
export function mailKey(text: string | null): string | null {
  return notEmpty(text?.replace(INVISIBLE, '').normalize('NFC').toLowerCase());
}

/**
 * Small letters without accents, spaces and dots: `Ö. J.` is `oj`. Letters that are no accented form of another stay
 * themselves: `ø`, `æ`, `ß`.
 */
export function initialsKey(text: string | null): string | null {
  return notEmpty(
    folded(text ?? '')
      .replace(/\./g, '')
      .replace(INVISIBLE, ''),
  );
}

/** Small letters without accents. */
export function folded(text: string): string {
  return text.normalize('NFKD').replace(MARKS, '').toLowerCase().normalize('NFC');
}

function notEmpty(text: string | undefined): string | null {
  return text === undefined || text === '' ? null : text;
}
