import { cleanMail } from '../mail-address.js';
import type { AttributeValue, MirrorUser } from '../mirror-rows.js';
import { FULL_ADDRESS_ATTRIBUTES, type FieldSource } from '../setup/field-catalog.js';
import type { FieldValue } from './person.js';

/** What fields are read from: rows of the mirror, the manager's where it is live. */
export interface FieldSubject {
  readonly user: MirrorUser;
  readonly manager: MirrorUser | null;
}

/** A value as the directory has it; null where it has none, empty texts and empty lists included. */
export type FieldReader = (subject: FieldSubject) => AttributeValue;

/** An address that a person is reached by, and which attribute it stands in. */
export interface MailFound {
  readonly mail: string | null;
  readonly mailSource: 'mail' | 'userPrincipalName' | null;
}

const NO_MAIL: MailFound = { mail: null, mailSource: null };
/** What Entra puts into the user name of who was invited: no address that anybody receives mail at. */
const INVITED = '#ext#';
/** Of a manager's name and mail: one manager stands in the rows of all who report to it. */
const MOST_OF_MANAGER = 1_000;
const LINE_END = /\r\n|[\n\r\u0085\u2028\u2029]/;
const LINE_ENDS = new RegExp(LINE_END, 'g');

/** The mail of a user, or its user name where the setup falls back to it and it is no invited guest's. */
export function mailOf({ attributes }: MirrorUser, fallback: 'userPrincipalName' | null): MailFound {
  const mail = addressOf(attributes['mail']);
  if (mail !== null) return { mail, mailSource: 'mail' };
  if (fallback === null) return NO_MAIL;
  const name = addressOf(attributes['userPrincipalName']);
  return name === null || isInvited(name) ? NO_MAIL : { mail: name, mailSource: 'userPrincipalName' };
}

/** As it is presented and matched: white space and zero-width characters belong to no address. */
function addressOf(value: AttributeValue | undefined): string | null {
  return typeof value === 'string' ? textOf(cleanMail(value)) : null;
}

/** A manager as its reports show it: without a name or mail that is longer than any real one. */
export function managerShown(
  manager: MirrorUser,
  fallback: 'userPrincipalName' | null,
): { readonly name: string | null; readonly mail: string | null } {
  const within = (text: string | null): string | null =>
    text !== null && text.length <= MOST_OF_MANAGER ? text : null;
  return {
    name: within(textOf(manager.attributes['displayName'])),
    mail: within(mailOf(manager, fallback).mail),
  };
}

/** How a source is read; `mail` is read with the fallback wherever it stands, the manager's too. */
export function readerOf(source: FieldSource, fallback: 'userPrincipalName' | null): FieldReader {
  switch (source.kind) {
    case 'id':
      return ({ user }) => user.id;
    case 'attribute':
    case 'extension':
      return source.name === 'mail'
        ? ({ user }) => mailOf(user, fallback).mail
        : attributeReader(source.name);
    case 'part':
      return ({ user }) => partOf(user.attributes[source.attribute], source.part);
    case 'first':
      return ({ user }) => firstOf(user.attributes[source.attribute]);
    case 'line':
      return ({ user }) => lineOf(user.attributes['streetAddress'], source.line);
    case 'fullAddress':
      return ({ user }) => fullAddressOf(user);
    case 'status':
      return ({ user }) => statusOf(user.attributes['accountEnabled']);
    case 'localPart':
      return source.attribute === 'mail'
        ? ({ user }) => localPartOf(mailOf(user, fallback).mail)
        : ({ user }) => localPartOf(user.attributes['userPrincipalName']);
    case 'manager':
      return managerReader(source.property, fallback);
  }
}

/** What the product may hold of a value: texts, numbers, truths and lists of texts; null for everything else. */
export function fieldValueOf(value: AttributeValue): FieldValue {
  if (!isList(value)) return typeof value === 'object' ? null : value;
  const texts = value.filter((one) => one !== null && typeof one !== 'object').map(String);
  return texts.length === 0 ? null : texts;
}

export function textOf(value: AttributeValue | undefined): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value : null;
}

/** What stands before the `@`; null for the name of an invited guest, which names another directory's user. */
function localPartOf(value: AttributeValue | undefined): string | null {
  const text = textOf(value);
  if (text === null || isInvited(text)) return null;
  const at = text.lastIndexOf('@');
  return textOf(at < 0 ? text : text.slice(0, at));
}

function attributeReader(name: string): FieldReader {
  return ({ user }) => {
    const value = user.attributes[name];
    return value === undefined || value === '' || (isList(value) && value.length === 0) ? null : value;
  };
}

function managerReader(
  property: 'id' | 'displayName' | 'mail',
  fallback: 'userPrincipalName' | null,
): FieldReader {
  switch (property) {
    case 'id':
      return ({ manager }) => manager?.id ?? null;
    case 'displayName':
      return ({ manager }) => manager && managerShown(manager, fallback).name;
    case 'mail':
      return ({ manager }) => manager && managerShown(manager, fallback).mail;
  }
}

function partOf(value: AttributeValue | undefined, part: string): AttributeValue {
  if (typeof value !== 'object' || value === null || isList(value)) return null;
  const found = Object.hasOwn(value, part) ? value[part] : null;
  return found === undefined || found === '' ? null : found;
}

function firstOf(value: AttributeValue | undefined): AttributeValue {
  return value !== undefined && isList(value)
    ? (value.find((one) => one !== null && one !== '') ?? null)
    : null;
}

function lineOf(value: AttributeValue | undefined, line: number): string | null {
  return textOf(textOf(value)?.split(LINE_END)[line - 1]?.trim());
}

function fullAddressOf({ attributes }: MirrorUser): string | null {
  let address = '';
  for (const name of FULL_ADDRESS_ATTRIBUTES) {
    const part = textOf(attributes[name]);
    if (part !== null) address += address === '' ? part : `, ${part}`;
  }
  return address === '' ? null : address.replaceAll(LINE_ENDS, ', ');
}

function statusOf(enabled: AttributeValue | undefined): string | null {
  return typeof enabled === 'boolean' ? (enabled ? 'active' : 'inactive') : null;
}

function isInvited(name: string): boolean {
  return name.toLowerCase().includes(INVITED);
}

function isList(value: AttributeValue): value is readonly AttributeValue[] {
  return Array.isArray(value);
}
