import { IANAZone } from 'luxon';

/** Whether the name is one of the IANA time zone database, e.g. "Europe/Copenhagen". */
export function isTimeZone(name: string): boolean {
  return IANAZone.isValidZone(name);
}
