import { cleanMail } from '../mail-address.js';
import type { MatchKey } from '../setup/setup.js';
import type { MatchUser, ProductRecord } from './product-record.js';

/**
 * What is compared: a user and a record share a key if one of these texts is equal. Empty if there is nothing to
 * compare. Only a user has several values of a key: its addresses.
 */
export type KeyValues = Readonly<Record<MatchKey, readonly string[]>>;

/** Spaces of every kind, and what is printed as nothing. */
const INVISIBLE = /[\s\u00ad\u180e\u200b-\u200f\u2060\ufeff]/gu;
const MARKS = /\p{M}/gu;

export function userKeys({ directoryId, mail, aliases, initials }: MatchUser): KeyValues {
  return {
    entraId: listed(entraIdKey(directoryId)),
    mail: listed(mailKey(mail)),
    alias: [...new Set(aliases.flatMap((alias) => mailKey(alias) ?? []))].sort(),
    initials: listed(initialsKey(initials)),
  };
}

/** A record has one address, which may be any of a user's. */
export function recordKeys({ entraId, mail, initials }: ProductRecord): KeyValues {
  const address = listed(mailKey(mail));
  return {
    entraId: listed(entraIdKey(entraId)),
    mail: address,
    alias: address,
    initials: listed(initialsKey(initials)),
  };
}

function entraIdKey(text: string | null): string | null {
  return notEmpty(text?.replace(INVISIBLE, '').toLowerCase());
}

/**
 * Small letters, composed (NFC), without spaces. Accents count: addresses that differ by one are two mailboxes
 * (RFC 6532).
 */
export function mailKey(text: string | null): string | null {
  return notEmpty(text && cleanMail(text).replace(INVISIBLE, '').normalize('NFC').toLowerCase());
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

function notEmpty(text: string | null | undefined): string | null {
  return text === undefined || text === '' ? null : text;
}

function listed(text: string | null): readonly string[] {
  return text === null ? [] : [text];
}
