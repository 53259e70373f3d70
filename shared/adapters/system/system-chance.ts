import { randomBytes } from 'node:crypto';

import type { Chance } from '../../ports/clock.js';

export const systemChance: Chance = {
  newId: () => randomBytes(16).toString('hex'),
  newToken: () => randomBytes(32).toString('base64url'),
  fraction: () => Math.random(),
};
