import { expect, it } from 'vitest';
import { isTimeZone } from '../../../shared/core/time-zone.js';

it('time zones are those of the IANA database', () => {
  const names = ['UTC', 'Europe/Copenhagen', 'America/Los_Angeles', 'Europe/Atlantis', '', 'local', '01:00'];
  expect(names.filter(isTimeZone)).toEqual(['UTC', 'Europe/Copenhagen', 'America/Los_Angeles']);
});
