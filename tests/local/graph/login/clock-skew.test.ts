import { expect, it } from 'vitest';
import { claimsOf } from '../support/sign-in.js';
import { emulatorWithTenant, postToken } from '../support/tenant.js';

const minute = 60_000;

it.each([-10 * minute, 7 * minute])(
  'tells times that are off by %i ms, on every answer and in tokens',
  async (skew) => {
    const { emulator, clock } = await emulatorWithTenant();
    await emulator.setClockSkew(skew);
    const told = clock.now() + skew;
    const answer = await postToken(emulator);
    const body = (await answer.json()) as { access_token: string; expires_in: number };
    const { iat, nbf, exp } = claimsOf(body.access_token) as Record<string, number>;
    expect([iat, nbf, exp, body.expires_in]).toEqual([told / 1000, told / 1000, told / 1000 + 3599, 3599]);
    const headers = { authorization: `Bearer ${body.access_token}` };
    const graph = await emulator.fetch(`${emulator.graphUrl}/v1.0/users`, { headers });
    const page = await emulator.fetch(`${emulator.loginUrl}/nobody/adminconsent`);
    expect(graph.status).toBe(200);
    for (const each of [answer, graph, page]) {
      expect(each.headers.get('date')).toBe(new Date(told).toUTCString());
    }
  },
);

it('leaves the emulator’s own clock alone: a token lives as long as ever', async () => {
  const { emulator, clock } = await emulatorWithTenant();
  await emulator.setClockSkew(-60 * minute);
  const { access_token: token } = (await (await postToken(emulator)).json()) as { access_token: string };
  const call = () =>
    emulator.fetch(`${emulator.graphUrl}/v1.0/users`, { headers: { authorization: `Bearer ${token}` } });
  await clock.advance(3_598_000);
  expect((await call()).status).toBe(200);
  await clock.advance(1_000);
  expect((await call()).status).toBe(401);
});
