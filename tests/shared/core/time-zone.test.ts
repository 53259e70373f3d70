import { describe, expect, it } from 'vitest';
import { canonicalTimeZone, isTimeZone } from '../../../shared/core/time-zone.js';

it('time zones are those of the IANA database', () => {
  const names = ['UTC', 'Europe/Copenhagen', 'America/Los_Angeles', 'Europe/Atlantis', '', 'local', '01:00'];
  expect(names.filter(isTimeZone)).toEqual(['UTC', 'Europe/Copenhagen', 'America/Los_Angeles']);
});

describe('the name of a time zone in whatever case', () => {
  // Names that the platform lists, and names that it only takes.
  const names = [
    ...Intl.supportedValuesOf('timeZone'),
    ...[
      'UTC',
      'GMT',
      'GB',
      'NZ-CHAT',
      'EST5EDT',
      'W-SU',
      'Etc/UTC',
      'Etc/GMT+5',
      'US/Pacific',
      'US/East-Indiana',
    ],
    ...['Asia/Kolkata', 'Europe/Kyiv', 'Asia/Ho_Chi_Minh', 'America/Argentina/Buenos_Aires', 'Asia/Ust-Nera'],
    ...['Europe/Isle_of_Man', 'America/Port-au-Prince', 'Africa/Dar_es_Salaam', 'Australia/NSW', 'Eire'],
  ];

  it('is told in the letters of the database, and means the same', () => {
    const told = names.flatMap((name) =>
      [name, name.toLowerCase(), name.toUpperCase()].map((given) => canonicalTimeZone(given)),
    );
    expect(told).toEqual(names.flatMap((name) => [name, name, name]));
    expect(names.filter((name) => !isTimeZone(name))).toEqual([]);
  });
});
