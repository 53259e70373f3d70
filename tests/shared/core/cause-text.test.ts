import { describe, expect, it } from 'vitest';

import { causeText } from '../../../shared/core/cause-text.js';
import { Throttled, Unavailable } from '../../../shared/core/failures.js';

/** As an SDK makes it: the message holds what was sent. */
function sdkError(): Error {
  const error = new Error('{"client_secret":"hush"} was refused');
  return Object.assign(error, { name: 'RestError', code: 'ECONNRESET', statusCode: 503, request: 'hush' });
}

describe('the cause of a failure', () => {
  it('is shown down to the fault of the system', () => {
    const system = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), {
      code: 'ECONNREFUSED',
      syscall: 'connect',
    });
    const fetchFailed = new TypeError('fetch failed', { cause: system });
    expect(causeText(new Unavailable('Graph could not be reached', null, { cause: fetchFailed }))).toBe(
      'Unavailable: Graph could not be reached < TypeError < Error: connect ECONNREFUSED 127.0.0.1:1',
    );
  });

  it('shows of the error of an SDK its code and status, never its message', () => {
    const failure = new Throttled('The tables are busy', 1_000, { cause: sdkError() });
    expect(causeText(failure)).toBe('Throttled: The tables are busy < RestError ECONNRESET 503');
    expect(causeText(sdkError())).not.toContain('hush');
  });

  it.each([undefined, null, 'text', { message: 'hush' }, Object.assign(new Error('x'), { code: { a: 1 } })])(
    'is short and shows nothing of %j',
    (thrown) => {
      expect(causeText(thrown).length).toBeLessThan(20);
      expect(causeText(new Unavailable('why', null, { cause: thrown }))).not.toMatch(/hush|text|"a"/);
    },
  );

  it('ends although causes go in a circle, and is bounded', () => {
    const first = new Unavailable('x'.repeat(10_000));
    const second = new Unavailable('second', null, { cause: first });
    first.cause = second;
    expect(causeText(second).length).toBeLessThan(2_000);
  });
});
