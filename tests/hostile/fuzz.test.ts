import fc from 'fast-check';
import { describe, it } from 'vitest';
import { expectAnswered, fuzzedOperations } from './fuzzed-api.js';

const operations = await fuzzedOperations();
/** The long form is in tests/campaigns. */
const CALLS = 12;

describe('whatever a caller sends', () => {
  it.each(operations)('%s answers it as the description says', async (_operation, call) => {
    await fc.assert(
      fc.asyncProperty(fc.array(call, { minLength: CALLS, maxLength: CALLS }), expectAnswered),
      {
        numRuns: 1,
      },
    );
  });

  it('any order of operations is answered as the description says', async () => {
    const anyCall = fc.oneof(...operations.map(([, call]) => call));
    await fc.assert(fc.asyncProperty(fc.array(anyCall, { minLength: 40, maxLength: 40 }), expectAnswered), {
      numRuns: 6,
    });
  });
});
