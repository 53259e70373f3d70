import { expect, it } from 'vitest';

import { createLineLog } from '../../../../shared/adapters/telemetry/line-log.js';

it('an entry is one line: the message, then the facts as JSON', () => {
  const lines: string[] = [];
  const log = createLineLog((level, line) => lines.push(`${level} ${line}`));
  log.info('Round completed', { tenantId: 't', pages: 3, full: true, link: null });
  log.warn('Odd\nthing');
  log.error('Failed', { problem: 'a\nb' });
  expect(lines).toEqual([
    'info Round completed {"tenantId":"t","pages":3,"full":true,"link":null}',
    'warn Odd thing',
    'error Failed {"problem":"a\\nb"}',
  ]);
});
