import { describe, expect, it } from 'vitest';
import { DisconnectionWatch, type DisconnectionView } from '../../../local/commands/disconnection-watch.js';

const running = { tenantId: 't1', displayName: 'Contoso', state: 'running' };
const leaving = { ...running, state: 'disconnecting' };

const at = (stage: string, rowsRemoved: number): DisconnectionView => ({
  ...{ status: 'Running', stage, rowsRemoved, subscriptionsEnded: 2 },
});

/** A watch over one tenant whose operation is what stands last in `operations`. */
function watching(operations: DisconnectionView[]): {
  watch: DisconnectionWatch;
  shown: string[];
  asked: string[];
} {
  const shown: string[] = [];
  const asked: string[] = [];
  const one = (path: string): Promise<unknown> => {
    asked.push(path);
    return Promise.resolve(operations.at(-1));
  };
  return { watch: new DisconnectionWatch({ one }, (line) => void shown.push(line)), shown, asked };
}

describe('the watch over disconnections', () => {
  it('shows each stage once, beyond the end of the tenant itself, and the end', async () => {
    const operations: DisconnectionView[] = [];
    const { watch, shown, asked } = watching(operations);
    await watch.look([running]);
    expect(asked).toEqual([]);
    const looks: [DisconnectionView, (typeof running)[]][] = [
      [at('removingRows', 10), [leaving]],
      [at('removingRows', 200), [leaving]],
      [{ ...at('waiting', 250), waitsUntil: '2026-05-04T10:01:10.000Z' }, [leaving]],
      [at('proving', 260), []],
      [{ status: 'Succeeded', rowsRemoved: 260, subscriptionsEnded: 2 }, []],
    ];
    for (const [operation, tenants] of looks) {
      operations.push(operation);
      await watch.look(tenants);
    }
    await watch.look([]);
    expect(asked).toEqual(Array(5).fill('/api/v1/tenants/t1/disconnection'));
    expect(shown).toEqual([
      'Contoso: disconnecting · removing rows · 10 rows removed, 2 subscriptions ended',
      'Contoso: disconnecting · waiting until 2026-05-04T10:01:10.000Z · 250 rows removed, 2 subscriptions ended',
      'Contoso: disconnecting · proving · 260 rows removed, 2 subscriptions ended',
      'Contoso: disconnected · 260 rows removed, 2 subscriptions ended',
    ]);
  });

  it('shows the stage and the reason of one that failed, once', async () => {
    const error = { code: 'NotRemoved', message: 'The vault is away.' };
    const { watch, shown } = watching([{ ...at('removingSecrets', 3), status: 'Failed', error }]);
    await watch.look([leaving]);
    await watch.look([leaving]);
    expect(shown).toEqual([
      'Contoso: disconnection failed · removing secrets · 3 rows removed, 2 subscriptions ended · NotRemoved: The vault is away.',
    ]);
  });
});
