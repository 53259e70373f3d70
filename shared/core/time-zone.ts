import { IANAZone } from 'luxon';

/** Whether the name is one of the IANA time zone database, e.g. "Europe/Copenhagen", in whatever case. */
export function isTimeZone(name: string): boolean {
  return IANAZone.isValidZone(name);
}

/** Older names whose letters follow no rule; the platform takes them and does not list them. */
const ODD = [
  'America/Argentina/ComodRivadavia',
  'America/Knox_IN',
  'Australia/ACT',
  'Australia/LHI',
  'Australia/NSW',
  'Brazil/DeNoronha',
  'Chile/EasterIsland',
  'Mexico/BajaNorte',
  'Mexico/BajaSur',
  'NZ-CHAT',
];

const KNOWN: ReadonlyMap<string, string> = new Map(
  [...Intl.supportedValuesOf('timeZone'), ...ODD].map((name) => [name.toLowerCase(), name]),
);

/**
 * A time zone in the letters of the IANA database, whatever case it was given in: "Europe/Berlin" for "europe/berlin".
 * A name that the platform lists under another one, such as Asia/Kolkata, stays that name.
 */
export function canonicalTimeZone(name: string): string {
  return KNOWN.get(name.toLowerCase()) ?? inIanaCase(name);
}

const SMALL_WORD = /^(?:of|au|es)$/i;
/** As in UTC, GB, EST5EDT, W-SU, Etc/GMT+5 and US/Pacific. */
const ABBREVIATION = /^(?:us|gb|nz|w|su|(?!etc)[a-z]{3}|[a-z]{3}\d[a-z]{3}|gmt[+\d]*)$/i;

function inIanaCase(name: string): string {
  const abbreviates = !name.includes('/') || /^(?:etc|us)\//i.test(name);
  const inCase = (word: string): string => {
    if (SMALL_WORD.test(word)) return word.toLowerCase();
    if (abbreviates && ABBREVIATION.test(word)) return word.toUpperCase();
    return word.charAt(0).toUpperCase() + word.slice(1).toLowerCase();
  };
  return name
    .split(/([/_-])/)
    .map(inCase)
    .join('');
}
