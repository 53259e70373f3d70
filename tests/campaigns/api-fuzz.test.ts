import fc from 'fast-check';
import { describe, it } from 'vitest';
import { expectAnswered, fuzzedOperations } from '../hostile/fuzzed-api.js';

const operations = await fuzzedOperations();
const sequences = Number(process.env['FUZZ_SEQUENCES'] ?? 60);
const seed = process.env['FUZZ_SEED'];
const options = { numRuns: sequences, ...(seed === undefined ? {} : { seed: Number(seed) }) };

describe('whatever a caller sends, at length', () => {
  it.each(operations)('%s answers it as the description says', async (_operation, call) => {
    await fc.assert(
      fc.asyncProperty(fc.array(call, { minLength: 1, maxLength: 30 }), expectAnswered),
      options,
    );
  });

  it('any order of operations is answered as the description says', async () => {
    const anyCall = fc.oneof(...operations.map(([, call]) => call));
    await fc.assert(
      fc.asyncProperty(fc.array(anyCall, { minLength: 1, maxLength: 150 }), expectAnswered),
      options,
    );
  });
});
