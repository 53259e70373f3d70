import { describe, expect, it } from 'vitest';
import type { SetupDocument } from '../../../../shared/core/setup/setup.js';
import { readSetupDocument } from '../../../../shared/adapters/tables/stored-document.js';
import { writeDense } from '../../../../shared/adapters/tables/dense-json.js';
import { aSetupDocument } from '../../../builders/setup.js';

function read(removalGuard: Partial<SetupDocument['removalGuard']>): SetupDocument['removalGuard'] {
  return readSetupDocument(writeDense({ ...aSetupDocument(), removalGuard })).removalGuard;
}

describe('a stored setup', () => {
  it('that was saved before there was a minCount has the default one', () => {
    const limits = { maxCount: 500, maxShare: 0.2, withinHours: 24 };
    expect(read(limits)).toEqual({ ...limits, minCount: 5 });
    expect(read({ ...limits, minCount: 0 })).toEqual({ ...limits, minCount: 0 });
  });
});
