import { describe, expect, it } from 'vitest';
import {
  overviewWords,
  type OverviewFacts,
} from '../../../../functions/pages/administrator/overview-words.js';
import { withoutApiCalls } from '../../../../functions/pages/without-api-calls.js';
import { LINK_PURPOSES, type LinkPurpose } from '../../../../shared/core/admin-link.js';
import type { FirstReading } from '../../../../shared/core/first-reading.js';
import type { Tenant } from '../../../../shared/core/tenant.js';
import type { TenantState } from '../../../../shared/core/tenant-state.js';
import { aTenant } from '../../../builders/tenant.js';

const since = '2026-05-01T00:00:00.000Z';
const READ: FirstReading = { kind: 'read' };
const WARNING = { code: 'X', severity: 'warning', message: 'It is slow.', fix: 'Speed it up.' } as const;
const ERROR = { ...WARNING, code: 'Y', severity: 'error' } as const;

function words(tenant: Partial<Tenant>, over: Partial<OverviewFacts> = {}) {
  return overviewWords({
    tenant: aTenant({ state: { kind: 'running', since }, ...tenant }),
    purposes: ['connect', 'credential'],
    invitedBy: 'Olga',
    setups: { all: 1, started: 1 },
    reading: READ,
    issues: [],
    ...over,
  });
}

describe('the headline of the overview', () => {
  it.each([
    [['connect', 'credential'], 'To connect it, give consent, or enter a client secret of', 'consent'],
    [['connect'], 'To connect it, give consent.', 'consent'],
    [['credential'], 'To connect it, enter a client secret of your own application.', 'credential'],
    [['setup'], 'Ask Olga for a link to connect it.', null],
  ] as const)(
    'offers a directory that is not connected the way its link allows: %j',
    (purposes, next, action) => {
      const said = words({ state: { kind: 'awaitingConsent', since } }, { purposes });
      expect(said).toMatchObject({
        tone: 'neutral',
        headline: 'The directory is not connected yet.',
        action,
      });
      expect(said.next).toContain(next);
    },
  );

  it('says of a directory that is not connected that the last attempt did not work', () => {
    const said = words({ state: { kind: 'awaitingConsent', since } }, { issues: [ERROR] });
    expect([said.tone, said.next]).toEqual(['bad', expect.stringContaining('did not work, see below')]);
  });

  it('says why reading stopped and what fixes it, without calls of the API', () => {
    const fix = 'Make a new secret and enter it (PUT credential).';
    const state = { kind: 'parked', since, reason: 'The secret is wrong', fix, before: 'running' } as const;
    const said = {
      tone: 'bad',
      headline: 'Reading has stopped. The secret is wrong.',
      next: 'Make a new secret and enter it.',
      action: 'credential',
    };
    expect(words({ state })).toEqual(said);
    const next = `${said.next} Ask Olga for a link to enter it.`;
    expect(words({ state }, { purposes: ['setup'] })).toEqual({ ...said, next, action: null });
  });

  it('asks for consent again if that is what stopped reading, and not to send anybody a link', () => {
    const fix = 'Send the administrator a new consent link (POST consent).';
    const state = { kind: 'parked', since, reason: 'It is gone.', fix, before: 'running' } as const;
    const next = 'Give consent as Global or Privileged Role Administrator, and follow it to its end.';
    expect(words({ state })).toMatchObject({ next, action: 'consent' });
    expect(words({ state }, { purposes: ['setup'] })).toMatchObject({
      next: `${next} Ask Olga for a link to consent.`,
      action: null,
    });
  });

  it('counts the issues instead of claiming that the directory is kept up to date', () => {
    expect(words({}, { issues: [WARNING] })).toMatchObject({
      tone: 'neutral',
      headline: 'The directory is connected and one issue needs attention.',
      next: 'See below what to do about it.',
    });
    expect(words({}, { issues: [WARNING, ERROR] })).toMatchObject({
      tone: 'bad',
      headline: 'The directory is connected and 2 issues need attention.',
      next: 'See below what to do about each.',
    });
  });

  it('offers the page of the link that fixes the worst issue', () => {
    const secret = { ...ERROR, fix: 'Make a new one and enter it (PUT credential).' };
    const consent = { ...WARNING, fix: 'Send the administrator the consent link (POST consent).' };
    const action = (purposes: readonly LinkPurpose[]) =>
      words({}, { purposes, issues: [consent, secret] }).action;
    expect(action(['connect', 'credential', 'setup'])).toBe('credential');
    expect(action(['connect', 'setup'])).toBe('consent');
    expect(action(['setup'])).toBe('setups');
    expect(words({}, { purposes: ['connect', 'setup'], issues: [ERROR] }).action).toBe('setups');
  });

  it('says who paused reading', () => {
    expect(words({ paused: true }).headline).toBe(
      'The directory is connected and reading is paused by Olga.',
    );
  });

  it('says of a link without setups who starts them, and that nothing is to be done once they run', () => {
    const none = words({}, { setups: { all: 1, started: 0 } });
    expect(none.next).toBe('Nobody is synced before a setup is started. Olga starts it.');
    expect(words({})).toEqual({
      tone: 'good',
      headline: 'The directory is connected and kept up to date.',
      next: 'There is nothing for you to do.',
      action: null,
    });
  });

  const reading = { kind: 'reading', objects: { users: 5, groups: 1 } } as const;
  it.each([
    [
      { all: 0, started: 0 },
      { kind: 'notRead' },
      'read',
      /^Nothing was read yet\. Read .* then make a setup/,
    ],
    [{ all: 1, started: 0 }, { kind: 'notRead' }, 'read', /now, then look at the preview of a setup/],
    [{ all: 0, started: 0 }, reading, 'newSetup', /^It is being read for the first time\. Make a setup/],
    [{ all: 0, started: 0 }, READ, 'newSetup', /^Nobody is synced .* Make a setup/],
    [{ all: 2, started: 0 }, READ, 'setups', /Look at the preview of a setup and start it\.$/],
    [{ all: 2, started: 2 }, READ, 'setups', /^2 setups are started\.$/],
    [{ all: 2, started: 1 }, { kind: 'requested' }, 'setups', /being read .* One setup is started\.$/],
  ] as const)('leads a link for setups on: %j, %j', (setups, progress, action, next) => {
    const said = words({}, { purposes: ['setup'], setups, reading: progress });
    expect(said.action).toBe(action);
    expect(said.next).toMatch(next);
    expect(said.headline).toMatch(
      setups.started > 0 && progress.kind === 'read' ? /kept up to date/ : /^The directory is connected\.$/,
    );
  });

  const states: readonly TenantState[] = [
    { kind: 'awaitingConsent', since },
    { kind: 'connected', since },
    { kind: 'running', since },
    {
      kind: 'parked',
      since,
      reason: 'r',
      fix: 'Nothing for you to do: the operator has been told.',
      before: 'running',
    },
  ];
  const subsets = (all: readonly LinkPurpose[]): LinkPurpose[][] =>
    all.reduce<LinkPurpose[][]>((some, one) => [...some, ...some.map((each) => [...each, one])], [[]]);

  it('never says that nothing is to be done to somebody who may look after setups', () => {
    for (const state of states)
      for (const purposes of subsets(LINK_PURPOSES).filter((some) => some.includes('setup')))
        for (const setups of [
          { all: 0, started: 0 },
          { all: 1, started: 0 },
          { all: 1, started: 1 },
        ])
          for (const progress of [READ, reading, { kind: 'notRead' }, { kind: 'requested' }] as const)
            for (const paused of [false, true])
              for (const issues of [[], [WARNING], [ERROR]]) {
                const said = words({ state, paused }, { purposes, setups, reading: progress, issues });
                expect(`${said.headline} ${said.next}`).not.toMatch(/nothing for you to do/i);
              }
  });

  it('names no call of the API, and keeps other brackets', () => {
    expect(
      withoutApiCalls('Wrong (AADSTS7000215): send it (POST consent), or enter it (PUT credential).'),
    ).toBe('Wrong (AADSTS7000215): send it, or enter it.');
  });
});
