import { beforeEach, describe, expect, it } from 'vitest';
import { healthOf } from '../../../builders/tenant.js';
import { Clinic, CLIENT, CONSENT_CLIENT, DAY, NEEDED, TENANT } from './clinic.js';

describe('the doctor', () => {
  let clinic: Clinic;

  beforeEach(async () => {
    clinic = await Clinic.open();
    await clinic.subscribe();
    await clinic.read();
    return () => clinic.emulator.close();
  });

  it('finds nothing where nothing is the matter', async () => {
    expect(await clinic.examine()).toEqual([]);
  });

  it('finds nothing where nothing is the matter with a consent', async () => {
    await clinic.byConsent(true);
    await clinic.consent();
    await clinic.subscribe();
    expect(await clinic.examine()).toEqual([]);
  });

  describe('of the login', () => {
    it('tells a wrong secret, and that its id is often taken for its value', async () => {
      await clinic.setApp({ secrets: [{ value: 'another' }] });
      expect(await clinic.examine()).toEqual([
        {
          code: 'SecretWrong',
          severity: 'error',
          message: `The client secret of the application ${CLIENT} is wrong (AADSTS7000215). Often the id of the secret was entered in place of its value.`,
          fix: 'Make a new client secret in Entra and enter the text of its column Value, not that of Secret ID (PUT credential).',
        },
      ]);
    });

    it('tells an expired secret by what the login service says', async () => {
      await clinic.setApp({ secrets: [{ value: 'good', expiresAt: '2026-01-01T00:00:00Z' }] });
      expect(await clinic.codes()).toEqual(['SecretExpired']);
    });

    it('tells that the application was removed', async () => {
      await clinic.emulator.withdrawConsent(TENANT, CLIENT);
      expect(await clinic.codes()).toEqual(['ApplicationNotInTenant']);
    });

    it.each([
      [7000112, 'ApplicationDisabled'],
      [53003, 'ConditionalAccessBlocks'],
      [65001, 'ConsentMissing'],
      [7000218, 'SecretWrong'],
      [1234567, 'LoginRefused'],
    ])('tells AADSTS%i as %s, with its number', async (code, found) => {
      await clinic.emulator.addFault({
        login: true,
        path: '/oauth2/v2.0/token',
        times: null,
        fault: { kind: 'loginRefused', code },
      });
      const findings = await clinic.examine();
      expect(findings.map((each) => each.code)).toEqual([found]);
      expect(findings[0]?.message).toContain(`AADSTS${code}`);
    });

    it('tells that the login service does not answer, and calls nothing wrong for it', async () => {
      const fault = { kind: 'status', status: 503 } as const;
      await clinic.emulator.addFault({ login: true, times: null, fault });
      expect(await clinic.codes()).toEqual(['LoginUnreachable']);
    });

    it('leaves the logins of syncs alone', async () => {
      await clinic.directory.count(clinic.connection(), 'users');
      await clinic.setApp({ secrets: [{ value: 'another' }] });
      expect(await clinic.codes()).toEqual(['SecretWrong']);
      expect(await clinic.directory.count(clinic.connection(), 'users')).toBe(0);
    });
  });

  describe('of the place', () => {
    it.each(['usgov', 'usgovdod', 'china'] as const)(
      'tells once that the tenant lives in %s, however its token is refused',
      async (cloud) => {
        for (const code of [90002, 900432, 500011] as const) {
          await clinic.emulator.setTenantCloud(TENANT, cloud, { code });
          expect(await clinic.examine()).toMatchObject([
            {
              code: 'WrongCloud',
              severity: 'error',
              message: `The tenant lives in the cloud ${cloud}, and was connected with local.`,
              fix: `Disconnect the tenant, and connect it again with "cloud": "${cloud}".`,
            },
          ]);
        }
      },
    );

    it.each([900432, 500011])('tells AADSTS%i as the wrong cloud by itself', async (code) => {
      const fault = { kind: 'loginRefused', code } as const;
      await clinic.emulator.addFault({ login: true, path: '/oauth2/v2.0/token', times: null, fault });
      const findings = await clinic.examine();
      expect(findings).toMatchObject([{ code: 'WrongCloud' }]);
      expect(findings[0]?.message).toContain(`AADSTS${code}`);
    });

    it.each([70011, 90038, 1234567])('advises no disconnection for AADSTS%i', async (code) => {
      const fault = { kind: 'loginRefused', code } as const;
      await clinic.emulator.addFault({ login: true, path: '/oauth2/v2.0/token', times: null, fault });
      const findings = await clinic.examine();
      expect(findings).toMatchObject([{ code: 'LoginRefused' }]);
      expect(findings[0]?.message).toContain(`AADSTS${code}`);
      expect(findings[0]?.fix).not.toContain('Disconnect');
    });

    it('tells a cloud that the deployment no longer serves, and nothing else for it', async () => {
      clinic.served = false;
      expect(await clinic.codes()).toEqual(['CloudNotServed']);
    });

    it('tells a tenant that nobody knows', async () => {
      await clinic.emulator.removeTenant(TENANT);
      expect(await clinic.codes()).toEqual(['TenantUnknown']);
    });
  });

  describe('of consent', () => {
    it('tells that nobody has consented yet', async () => {
      await clinic.byConsent(false);
      expect(await clinic.examine()).toMatchObject([
        { code: 'ConsentMissing', fix: 'Send the administrator the consent link (POST consent).' },
      ]);
    });

    it('tells delegated permissions in place of application ones', async () => {
      await clinic.byConsent(false);
      await clinic.consent({ delegatedOnly: true });
      const [found, ...others] = await clinic.examine();
      expect([found?.code, others]).toEqual(['DelegatedInsteadOfApplication', []]);
      expect(found?.fix).toContain('User.Read.All, GroupMember.Read.All');
      expect(found?.fix).toContain("in the operator's own directory. Then have an administrator");
    });

    it('tells delegated permissions of an application of the customer, who mends it alone', async () => {
      await clinic.setApp({ roles: [] });
      clinic.tenant = { ...clinic.tenant, lastSyncedAt: null };
      expect(await clinic.examine()).toMatchObject([
        {
          code: 'DelegatedInsteadOfApplication',
          fix: expect.stringMatching(
            /^Under API permissions in Entra, add .* grant admin consent\.$/,
          ) as string,
        },
      ]);
    });

    it('proves delegated permissions by the grants where it may read them, one by one', async () => {
      await clinic.byConsent(false);
      await clinic.consent({
        grantOnly: [
          'GroupMember.Read.All',
          'Group.Read.All',
          'Organization.Read.All',
          'Application.Read.All',
        ],
        delegated: ['User.Read.All', 'openid'],
      });
      expect(await clinic.examine()).toMatchObject([
        {
          code: 'DelegatedInsteadOfApplication',
          message: expect.stringContaining('was granted User.Read.All as delegated permission') as string,
          fix: "The operator makes sure that the application asks for User.Read.All as type Application, in its registration in the operator's own directory. Then have an administrator of the tenant consent again (POST consent).",
        },
      ]);
    });

    it('tells which permission a consent did not grant, and what it is for', async () => {
      await clinic.byConsent(false);
      await clinic.consent({
        grantOnly: ['GroupMember.Read.All', 'Group.Read.All', 'Organization.Read.All'],
      });
      expect(await clinic.examine()).toEqual([
        {
          code: 'MissingPermission',
          severity: 'error',
          message: `The application for “Users and groups” and “Changes within seconds” (${CONSENT_CLIENT}) lacks the permission User.Read.All of Microsoft Graph, which reads users and their managers and is notified when a user changes.`,
          fix: 'Have an administrator of the tenant consent again (POST consent).',
        },
      ]);
    });

    it('names Member.Read.Hidden only if a setup names a group that hides its members', async () => {
      await clinic.byConsent(true);
      await clinic.consent();
      expect(await clinic.codes()).not.toContain('MissingPermission');
      const progress = { setupId: 'staff', basis: null, readiness: 'complete', missingGroups: [] } as const;
      clinic.progresses = [{ ...progress, hiddenGroups: ['g1'], dueAt: null, isHolding: false, asOf: null }];
      expect((await clinic.examine()).find(({ code }) => code === 'MissingPermission')).toMatchObject({
        severity: 'warning',
        message: expect.stringContaining('lacks the permission Member.Read.Hidden') as string,
      });
    });

    it('tells a consent that nobody came back with', async () => {
      await clinic.byConsent(false);
      await clinic.consent();
      expect(await clinic.codes()).toEqual(['ConsentUnconfirmed']);
    });

    it('tells a consent that was withdrawn', async () => {
      await clinic.byConsent(true);
      await clinic.consent();
      await clinic.emulator.withdrawConsent(TENANT, CONSENT_CLIENT);
      const findings = await clinic.examine();
      expect(findings[0]).toMatchObject({ code: 'ConsentWithdrawn', severity: 'error' });
    });

    it('tells permissions that were taken away after they had worked', async () => {
      await clinic.setApp({ roles: [] });
      expect((await clinic.codes())[0]).toBe('ConsentWithdrawn');
    });

    it('tells a bundle whose application left the settings, of a tenant that is read by another one', async () => {
      await clinic.byConsent(true);
      await clinic.consent();
      clinic.consentApps = clinic.consentApps.filter(({ bundle }) => bundle === 'directory');
      expect(await clinic.examine()).toEqual([
        {
          code: 'BundleNotServed',
          severity: 'warning',
          message: `“Changes within seconds” was consented to, and the application for it (${CONSENT_CLIENT}) is not one of this deployment any more: changes are read at night and by runs alone.`,
          fix: 'Name its application in CONSENT_APPS again, or enter a credential (PUT credential).',
        },
      ]);
      clinic.tenant = { ...clinic.tenant, consents: clinic.tenant.consents.slice(0, 1) };
      expect((await clinic.examine())[0]?.message).toBe(
        '“Changes within seconds” is asked for, and no application of this deployment asks consent for it: changes are read at night and by runs alone.',
      );
    });

    it('tells a bundle that has lost its application, and a tenant without any way in', async () => {
      await clinic.byConsent(false, ['contacts']);
      clinic.consentApps = [];
      expect(await clinic.codes()).toEqual(['CredentialMissing', 'BundleNotServed']);
    });
  });

  describe('of permissions', () => {
    it.each([
      ['User.Read.All', 'error'],
      ['GroupMember.Read.All', 'error'],
      ['Group.Read.All', 'warning'],
    ])('tells that %s is missing', async (name, severity) => {
      const wider = name === 'GroupMember.Read.All' ? 'Group.Read.All' : name;
      await clinic.setApp({ roles: NEEDED.filter((role) => role !== name && role !== wider) });
      const findings = await clinic.examine();
      expect(findings).toContainEqual(
        expect.objectContaining({
          code: 'MissingPermission',
          severity,
          fix: `Under API permissions in Entra, add ${name} as type Application and grant admin consent.`,
        }),
      );
    });

    it('does not call the customary three too wide', async () => {
      clinic.tenant = { ...clinic.tenant, bundles: ['directory'] };
      await clinic.setApp({ roles: ['User.Read.All', 'GroupMember.Read.All', 'Group.Read.All'] });
      expect(await clinic.examine()).toEqual([]);
    });

    it.each([
      ['Directory.Read.All', 'User.Read.All, GroupMember.Read.All and Group.Read.All are enough'],
      ['User.ReadWrite.All', 'User.Read.All is enough'],
      ['Group.ReadWrite.All', 'GroupMember.Read.All and Group.Read.All are enough'],
      ['Mail.Read', 'nothing here needs it'],
    ])('calls %s too wide and says what is enough', async (name, enough) => {
      await clinic.setApp({ roles: [...NEEDED, name] });
      expect(await clinic.examine()).toMatchObject([
        {
          code: 'NeedlesslyWidePermission',
          severity: 'warning',
          message: `The application ${CLIENT} holds ${name}, which is wider than needed: ${enough}.`,
        },
      ]);
    });

    it('leaves it to the operator to narrow an application that is consented to', async () => {
      await clinic.byConsent(true);
      await clinic.consent({ grantOnly: [...NEEDED, 'Organization.Read.All', 'Directory.Read.All'] });
      await clinic.subscribe();
      expect(await clinic.examine()).toMatchObject([
        {
          code: 'NeedlesslyWidePermission',
          fix: expect.stringContaining(
            "Take Directory.Read.All off that application in the operator's",
          ) as string,
        },
      ]);
    });

    it('takes a wider permission for a missing one, which reads as well', async () => {
      await clinic.setApp({ roles: ['Directory.Read.All'] });
      expect(await clinic.codes()).toEqual(['NeedlesslyWidePermission']);
    });

    it('tells a refused read although the permission is there', async () => {
      const fault = { kind: 'status', status: 403 } as const;
      await clinic.emulator.addFault({ path: '^/v1.0/users\\?', times: null, fault });
      expect(await clinic.codes()).toEqual(['DirectoryRefuses']);
    });

    it('tells that Graph does not answer, apart for each read', async () => {
      await clinic.emulator.addFault({ path: '^/v1.0/groups\\?', fault: { kind: 'status', status: 503 } });
      expect(await clinic.examine()).toMatchObject([
        { code: 'DirectoryUnreachable', message: expect.stringContaining('a group') as string },
      ]);
    });

    it('tells another directory than the one that is connected', async () => {
      await clinic.setApp({ roles: [...NEEDED, 'Organization.Read.All'] });
      const body = JSON.stringify({ value: [{ id: CONSENT_CLIENT }] });
      await clinic.emulator.addFault({ path: '/organization', fault: { kind: 'notJson', body } });
      expect(await clinic.codes()).toEqual(['OtherDirectory']);
    });
  });

  describe('of changes', () => {
    it('tells a subscription that Graph has lost', async () => {
      const lost = clinic.rows.find(({ resource }) => resource === 'groups');
      await clinic.emulator.killSubscription(TENANT, lost?.subscriptionId ?? '');
      expect(await clinic.examine()).toMatchObject([
        { code: 'SubscriptionDead', message: expect.stringContaining('subscription to groups') as string },
      ]);
    });

    it('tells subscriptions that were never made', async () => {
      clinic.rows = [];
      expect(await clinic.codes()).toEqual(['SubscriptionMissing', 'SubscriptionMissing']);
    });

    it('tells why Graph makes none, and that notifications have gone silent, by what the tenant says', async () => {
      const since = '2026-01-01T00:00:00.000Z';
      const silent = { resources: ['users'], since } as const;
      clinic.tenant = { ...clinic.tenant, health: healthOf({ silent }) };
      const isSilent = {
        code: 'NotificationsSilent',
        message: expect.stringMatching(/^Changes of users are found by polling/) as string,
      };
      expect(await clinic.examine()).toMatchObject([isSilent]);
      clinic.rows = [];
      const noSubscriptions = { obstacle: { kind: 'quota' }, since } as const;
      clinic.tenant = { ...clinic.tenant, health: healthOf({ silent, noSubscriptions }) };
      const missing = {
        code: 'SubscriptionMissing',
        message: expect.stringMatching(/a limit .* is reached/) as string,
        fix: expect.stringMatching(/^End subscriptions/) as string,
      };
      expect(await clinic.examine()).toMatchObject([missing, isSilent]);
    });

    it('tells a subscription that ended unrenewed', async () => {
      clinic.ahead = 0;
      clinic.rows = clinic.rows.map((row) => ({ ...row, expiresAt: '2026-01-01T00:00:00.000Z' }));
      expect(await clinic.codes()).toEqual(['SubscriptionExpired', 'SubscriptionExpired']);
    });

    it('tells a subscription that leads elsewhere', async () => {
      for (const { subscriptionId } of clinic.rows)
        await clinic.emulator.killSubscription(TENANT, subscriptionId);
      await clinic.subscribe('https://old.example/api/graph/notifications');
      expect(await clinic.codes()).toEqual(['SubscriptionElsewhere', 'SubscriptionElsewhere']);
    });

    it('expects no subscriptions of a tenant that is paused or was never run', async () => {
      clinic.rows = [];
      clinic.tenant = { ...clinic.tenant, paused: true };
      expect(await clinic.codes()).toEqual(['TenantPaused']);
      clinic.tenant = { ...clinic.tenant, paused: false, state: { kind: 'connected', since: '' } };
      expect(await clinic.examine()).toEqual([]);
    });

    it('tells a position that Graph no longer accepts', async () => {
      await clinic.emulator.expireTokens(TENANT);
      expect(await clinic.codes()).toEqual(['DeltaTokenExpired', 'DeltaTokenExpired']);
    });

    it('tells a position that is older than Graph keeps it', async () => {
      await clinic.read(8);
      expect(await clinic.codes()).toEqual(['DeltaTokenStale', 'DeltaTokenStale']);
      await clinic.read(6);
      expect(await clinic.examine()).toEqual([]);
    });
  });

  describe('of clocks', () => {
    it.each([
      [10, 'behind', 'forward'],
      [-10, 'ahead of', 'back'],
    ])('tells a login service that is %i minutes ahead', async (minutes, direction, way) => {
      await clinic.emulator.setClockSkew(minutes * 60_000);
      const found = (await clinic.examine()).find(({ code }) => code === 'ClockSkew');
      expect(found).toMatchObject({
        severity: 'warning',
        message: `The clock of this deployment is 10 minutes ${direction} that of Microsoft's login service.`,
        fix: `Set the clock of the machine that Rollcall runs on ${way}, by a time server.`,
      });
    });

    it('bears some minutes', async () => {
      await clinic.emulator.setClockSkew(4 * 60_000);
      expect(await clinic.examine()).toEqual([]);
    });
  });

  describe('of the vault', () => {
    it('tells that it cannot be reached, and what else is the matter all the same', async () => {
      clinic.closeVault();
      await clinic.emulator.setClockSkew(-20 * 60_000);
      expect(await clinic.codes()).toEqual(['VaultUnreachable', 'ClockSkew']);
    });

    it('tells a secret that is not in it', async () => {
      clinic.secrets.clear();
      expect(await clinic.codes()).toEqual(['SecretMissing']);
    });

    it('tells a secret that is about to expire, by the vault or by whoever entered it', async () => {
      const soon = new Date(Date.now() + 20 * DAY).toISOString();
      clinic.secrets.set('own', { value: 'good', expiresOn: soon });
      expect(await clinic.examine()).toMatchObject([{ code: 'SecretExpiring', severity: 'warning' }]);
      clinic.secrets.set('own', { value: 'good', expiresOn: null });
      clinic.tenant = { ...clinic.tenant, credential: { ...clinic.tenant.credential!, expiresOn: soon } };
      expect(await clinic.codes()).toEqual(['SecretExpiring']);
    });

    it('warns only of a date that has passed while the secret still works', async () => {
      clinic.secrets.set('own', { value: 'good', expiresOn: '2026-01-01T00:00:00.000Z' });
      expect(await clinic.examine()).toMatchObject([{ code: 'SecretExpired', severity: 'warning' }]);
    });
  });

  describe('of the tenant', () => {
    it('tells why it is parked, beside what it finds itself', async () => {
      await clinic.setApp({ secrets: [{ value: 'another' }] });
      clinic.tenant = {
        ...clinic.tenant,
        state: {
          kind: 'parked',
          since: '2026-05-04T01:00:00Z',
          reason: 'Refused.',
          fix: 'Mend it.',
          before: 'running',
        },
      };
      expect(await clinic.examine()).toMatchObject([
        { code: 'SecretWrong' },
        { code: 'TenantParked', message: 'The tenant is parked since 2026-05-04: Refused.', fix: 'Mend it.' },
      ]);
    });

    it('looks at nothing of one that is being disconnected', async () => {
      clinic.tenant = { ...clinic.tenant, state: { kind: 'disconnecting', since: '' } };
      await clinic.emulator.resetCounts();
      expect(await clinic.codes()).toEqual(['TenantDisconnecting']);
      expect((await clinic.emulator.requestCounts(TENANT)).requests).toBe(0);
    });
  });

  it('waits for a silent part only so long, and hears the others', async () => {
    clinic.patienceMs = 300;
    await clinic.emulator.addFault({
      path: '^/v1.0/groups\\?',
      fault: { kind: 'delay', milliseconds: 1_500 },
    });
    await clinic.emulator.setClockSkew(-20 * 60_000);
    expect(await clinic.codes()).toEqual(['ClockSkew', 'DirectoryUnreachable']);
  });
});
