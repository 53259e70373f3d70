import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startHostProcess, type HostProcess } from './host-process.js';

/** Milliseconds for which one request may keep all others waiting. */
const LONGEST_PAUSE = 250;
/** What else the machine does lengthens some attempts, and shortens none. */
const ATTEMPTS = 4;
const BODY = Buffer.alloc(60_000_000, 'x');

describe('a body of 60 MB', () => {
  let host: HostProcess;
  let address: string;
  beforeAll(async () => {
    host = startHostProcess({ app: 'busy-app.mjs' });
    address = `http://127.0.0.1:${await host.ready()}/api`;
  });
  afterAll(async () => {
    await host.stop();
  });

  const longestStretch = async () => (await (await fetch(`${address}/longestStretch`)).json()) as number;

  async function leastPause(ask: () => Promise<void>): Promise<number> {
    let least = Infinity;
    for (let attempt = 0; attempt < ATTEMPTS && least >= LONGEST_PAUSE; attempt += 1) {
      await longestStretch();
      await ask();
      least = Math.min(least, await longestStretch());
    }
    return least;
  }

  it('keeps no other request waiting when the function refuses it unread', async () => {
    const pause = await leastPause(async () => {
      expect((await fetch(`${address}/refuses`, { method: 'POST', body: BODY })).status).toBe(413);
    });
    expect(pause).toBeLessThan(LONGEST_PAUSE);
  }, 120_000);

  it('keeps no other request waiting when the function reads all of it', async () => {
    const pause = await leastPause(async () => {
      const answer = await fetch(`${address}/reads`, { method: 'POST', body: BODY });
      expect(await answer.json()).toBe(BODY.length);
    });
    expect(pause).toBeLessThan(LONGEST_PAUSE);
  }, 120_000);
});
