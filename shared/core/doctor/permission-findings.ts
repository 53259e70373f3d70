import { READS_HIDDEN } from '../hidden-membership.js';
import { suffices } from '../wider-permissions.js';
import { nameOf, weightOf } from './applications.js';
import type { ExaminedApplication, TenantFacts } from './facts.js';
import { finding, type Finding } from './finding.js';
import {
  excessPermissions,
  neededPermissions,
  type ExcessPermission,
  type NeededPermission,
} from './permissions.js';

/** What an application that is let in may do, against what it needs. */
export function permissionFindings(facts: TenantFacts, app: ExaminedApplication): readonly Finding[] {
  if (app.permissions.kind !== 'told' || app.permissions.value === null) return [];
  const held = app.permissions.value;
  const missing = neededPermissions(app).filter(({ name }) => !suffices(held, name));
  const delegated = app.delegated.kind === 'told' ? app.delegated.value : [];
  const inPlace = missing.filter(({ name }) => suffices(delegated, name));
  if (inPlace.length > 0) {
    const others = missing.filter((each) => !inPlace.includes(each));
    return [
      delegatedFinding(app, inPlace),
      ...others.map((each) => missingFinding(app, each)),
      ...hiddenFindings(facts, app, held),
      ...excess(app, held),
    ];
  }
  if (held.length === 0 && missing.length > 0) return [noneFinding(facts, app, missing)];
  return [
    ...missing.map((each) => missingFinding(app, each)),
    ...hiddenFindings(facts, app, held),
    ...excess(app, held),
    ...(missing.length === 0 && !app.admitted ? [unconfirmedFinding(app)] : []),
  ];
}

/** Proven by the grants themselves. */
function delegatedFinding(app: ExaminedApplication, inPlace: readonly NeededPermission[]): Finding {
  const names = listed(inPlace.map(({ name }) => name));
  return finding('DelegatedInsteadOfApplication', {
    severity: weightOf(app),
    message: `${nameOf(app)} was granted ${names} as delegated permission. Nobody is signed in when a directory is read, so that it has no effect.`,
    fix: asApplication(app, names),
  });
}

/** A token without any: what had worked was taken away; what never worked was never granted as it has to be. */
function noneFinding(
  { tenant }: TenantFacts,
  app: ExaminedApplication,
  missing: readonly NeededPermission[],
): Finding {
  const names = listed(missing.map(({ name }) => name));
  if (app.admitted && tenant.lastSyncedAt !== null) {
    return finding('ConsentWithdrawn', {
      severity: weightOf(app),
      message: `${nameOf(app)} could read the directory and holds no application permission any more: its consent was withdrawn, or replaced by delegated permissions.`,
      fix: consentAgain(app, names),
    });
  }
  return finding('DelegatedInsteadOfApplication', {
    severity: weightOf(app),
    message: `${nameOf(app)} is known in the tenant, but its token carries no application permission: delegated ones were granted in their place, or none, or Entra has not caught up yet with a consent of the last minutes.`,
    fix: asApplication(app, names),
  });
}

/** What an application of the operator's asks for is the operator's to mend; nobody in the tenant can add to it. */
function asApplication(app: ExaminedApplication, names: string): string {
  return app.origin === 'consent'
    ? `The operator makes sure that the application asks for ${names} as type Application, in its registration in the operator's own directory. Then have an administrator of the tenant consent again (POST consent).`
    : `Under API permissions in Entra, add ${names} as type Application and grant admin consent.`;
}

export function consentAgain(app: ExaminedApplication, names: string): string {
  return app.origin === 'consent'
    ? 'Have an administrator of the tenant consent again (POST consent).'
    : `Have an administrator of the tenant grant admin consent for ${names} (type Application) under API permissions in Entra.`;
}

function missingFinding(app: ExaminedApplication, { name, why, bundles }: NeededPermission): Finding {
  return finding('MissingPermission', {
    severity: weightOf({ bundles }),
    message: `${nameOf(app)} lacks the permission ${name} of Microsoft Graph, which ${listed(why)}.`,
    fix:
      app.origin === 'consent'
        ? 'Have an administrator of the tenant consent again (POST consent).'
        : `Under API permissions in Entra, add ${name} as type Application and grant admin consent.`,
  });
}

/** No bundle asks for it: it is needed only while a setup names a group that hides its members. */
function hiddenFindings(
  { lacksHidden }: TenantFacts,
  app: ExaminedApplication,
  held: readonly string[],
): Finding[] {
  const isNeeded = lacksHidden.kind === 'told' && lacksHidden.value && app.bundles.includes('directory');
  if (!isNeeded || held.includes(READS_HIDDEN)) return [];
  return [
    finding('MissingPermission', {
      severity: 'warning',
      message: `A setup names a group that hides its members, and ${nameOf(app)} lacks the permission ${READS_HIDDEN} of Microsoft Graph, which reads them.`,
      fix: asApplication(app, READS_HIDDEN),
    }),
  ];
}

function excess(app: ExaminedApplication, held: readonly string[]): Finding[] {
  return excessPermissions(held, neededPermissions(app)).map((each) =>
    finding('NeedlesslyWidePermission', {
      message: `${nameOf(app)} holds ${each.name}, which is wider than needed: ${insteadOf(each)}.`,
      fix: narrowing(app, each),
    }),
  );
}

function insteadOf({ enough }: ExcessPermission): string {
  if (enough.length === 0) return 'nothing here needs it';
  return `${listed(enough)} ${enough.length === 1 ? 'is' : 'are'} enough`;
}

/** Taking a permission off the operator's application leaves what was consented to before. */
function narrowing(app: ExaminedApplication, { name, enough }: ExcessPermission): string {
  if (app.origin === 'consent')
    return `Take ${name} off that application in the operator's own directory, and remove what was granted of it under Enterprise applications, Permissions in Entra.`;
  return enough.length === 0
    ? `Remove ${name} under API permissions in Entra.`
    : `Under API permissions in Entra, grant ${listed(enough)} (type Application) and then remove ${name}.`;
}

function unconfirmedFinding(app: ExaminedApplication): Finding {
  return finding('ConsentUnconfirmed', {
    severity: weightOf(app),
    message: `${nameOf(app)} has consent in Entra, but the administrator did not come back to confirm it here.`,
  });
}

function listed(names: readonly string[]): string {
  const distinct = [...new Set(names)];
  return distinct.length < 2
    ? distinct.join('')
    : `${distinct.slice(0, -1).join(', ')} and ${distinct.at(-1) ?? ''}`;
}
