import { createHash, timingSafeEqual } from 'node:crypto';

import type { ClientStateHasher } from '../../ports/client-state.js';

export const sha256ClientStates: ClientStateHasher = {
  hash: (clientState) => sha256(clientState).toString('hex'),
  // Hashed once more, so that the comparison takes the same time for any two texts, of any length.
  equal: (hashA, hashB) => timingSafeEqual(sha256(hashA), sha256(hashB)),
};

function sha256(text: string): Buffer {
  return createHash('sha256').update(text, 'utf8').digest();
}
