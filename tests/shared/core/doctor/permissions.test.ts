import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BUNDLE_FACTS, BUNDLES } from '../../../../shared/core/bundle.js';
import { excessPermissions, neededPermissions } from '../../../../shared/core/doctor/permissions.js';
import { suffices } from '../../../../shared/core/wider-permissions.js';

const CUSTOMARY = ['Group.Read.All', 'GroupMember.Read.All', 'User.Read.All'];
const everyAsked = [
  ...new Set(BUNDLES.flatMap((each) => BUNDLE_FACTS[each].permissions.map(({ name }) => name))),
];
const someNames = fc.subarray([
  ...everyAsked,
  'Directory.Read.All',
  'Directory.ReadWrite.All',
  'User.ReadWrite.All',
  'Group.ReadWrite.All',
  'Application.Read.All',
  'Mail.Read',
]);
const applications = fc.record({
  origin: fc.constantFrom('credential' as const, 'consent' as const),
  bundles: fc.subarray([...BUNDLES]),
});

describe('the permissions of an application', () => {
  it('are those of its bundles, each once with all that it is for', () => {
    const needed = neededPermissions({ origin: 'consent', bundles: ['directory', 'near-real-time'] });
    expect(needed.map(({ name, why }) => [name, why.length])).toEqual([
      ['User.Read.All', 2],
      ['GroupMember.Read.All', 1],
      ['Organization.Read.All', 1],
      ['Group.Read.All', 1],
    ]);
  });

  it("need no proof of consent where the application is the customer's own", () => {
    const names = neededPermissions({ origin: 'credential', bundles: ['directory'] }).map(({ name }) => name);
    expect(names).toEqual(['User.Read.All', 'GroupMember.Read.All']);
  });

  it('are enough as they are asked for, with nothing too wide among them, for any bundles', () => {
    fc.assert(
      fc.property(applications, (app) => {
        const needed = neededPermissions(app);
        const held = needed.map(({ name }) => name);
        expect(needed.every(({ name }) => suffices(held, name))).toBe(true);
        expect(excessPermissions(held, needed)).toEqual([]);
      }),
    );
  });

  it('are never called too wide where they are the customary three or what is needed', () => {
    fc.assert(
      fc.property(applications, someNames, (app, held) => {
        const needed = neededPermissions(app);
        const fine = [...CUSTOMARY, 'Application.Read.All', ...needed.map(({ name }) => name)];
        for (const { name } of excessPermissions(held, needed)) expect(fine).not.toContain(name);
      }),
    );
  });

  it('are not called too wide if setups can use them, though no bundle asks for them', () => {
    const needed = neededPermissions({ origin: 'credential', bundles: ['directory'] });
    const ofUse = ['Application.Read.All', 'Member.Read.Hidden', 'RoleManagement.Read.Directory'];
    const excess = excessPermissions([...ofUse, 'Mail.Read'], needed);
    expect(excess.map(({ name }) => name)).toEqual(['Mail.Read']);
  });

  it('do no worse after what is too wide was replaced by what is said to be enough', () => {
    fc.assert(
      fc.property(applications, someNames, (app, held) => {
        const needed = neededPermissions(app);
        const excess = excessPermissions(held, needed);
        const wide = excess.map(({ name }) => name);
        const narrowed = [
          ...held.filter((name) => !wide.includes(name)),
          ...excess.flatMap(({ enough }) => enough),
        ];
        for (const { name } of needed) if (suffices(held, name)) expect(suffices(narrowed, name)).toBe(true);
        expect(excessPermissions(narrowed, needed)).toEqual([]);
      }),
    );
  });
});
