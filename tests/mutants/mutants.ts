/** A fault planted into the product: the histories must notice it. */
export interface Mutant {
  /** What is wrong then. */
  readonly fault: string;
  readonly file: string;
  /** Occurs once in the file. */
  readonly text: string;
  readonly instead: string;
}

const SYNC = 'shared/use-cases/sync-tenant';
const TABLES = 'shared/adapters/tables';

export const MUTANTS: readonly Mutant[] = [
  {
    fault: 'notifications record no want',
    file: `${SYNC}/sync-tenant.ts`,
    text: "await ports.syncStates.want(job.tenantId, job.resource, { full: false, since });\n  return 'toDo';",
    instead: "void since;\n  return 'toDo';",
  },
  {
    fault: 'a held lease is given to anybody',
    file: `${TABLES}/table-leases.ts`,
    text: "if (leftMs > 0) return { kind: 'held', leftMs };",
    instead: '',
  },
  {
    fault: 'a want is cleared whatever its tag',
    file: `${TABLES}/table-sync-states.ts`,
    text: "return await this.gateway.delete('SyncState', wantAddress(tenantId, resource), tag);",
    instead:
      "void tag;\n      return await this.gateway.delete('SyncState', wantAddress(tenantId, resource), null);",
  },
  {
    fault: 'no continuation after the budget',
    file: `${SYNC}/conclude.ts`,
    text: 'await scheduleAgain(ports, next, 0, settings.continuationDelayMs);',
    instead: 'void [next, scheduleAgain, settings];',
  },
  {
    fault: 'a lease is taken over as soon as it is seen',
    file: 'shared/core/lease-sightings.ts',
    text: 'return since + lengthMs - at;',
    instead: 'return 0 * (since + lengthMs);',
  },
  {
    fault: 'what nobody holds is never given',
    file: `${TABLES}/table-leases.ts`,
    text: 'await this.replace({ ...lease, owner: NOBODY, endedHolders: 0 }, rest.now + rest.lengthMs);',
    instead: 'void [lease, rest, NOBODY];\n    await Promise.resolve();',
  },
  {
    fault: 'every notification counts as served',
    file: 'shared/core/coalescing.ts',
    text: 'return beganAt > dueAt && beganAt <= now;',
    instead: 'return beganAt > 0 || dueAt < now;',
  },
  {
    fault: 'the edges of the deleted stay',
    file: `${SYNC}/apply-users.ts`,
    text: 'await mirror.removeEdges(session.fence, dropped);',
    instead: '',
  },
  {
    fault: 'members who left a group stay',
    file: `${SYNC}/apply-groups.ts`,
    text: 'const gone = await mirror.removeEdges(session.fence, absent);',
    instead: 'const gone = await mirror.removeEdges(session.fence, []);',
  },
  {
    fault: 'users who were removed stay in the mirror',
    file: `${SYNC}/apply-users.ts`,
    text: 'await mirror.removeUsers(session.fence, plan.removals);',
    instead: '',
  },
  {
    fault: 'nobody asks for the groups of who is restored',
    file: 'shared/core/plan-users.ts',
    text: "if (change === 'created' || change === 'restored') plan.edgesUnknown.push(id);",
    instead: '',
  },
  {
    fault: 'doubts are never resolved',
    file: `${SYNC}/doubts.ts`,
    text: "if (some.length === 0) return 'none';",
    instead: "if (some.length >= 0) return 'none';",
  },
  {
    fault: 'a page of marks is consumed although its people were interrupted',
    file: `${SYNC}/consume-marks.ts`,
    text: "if (derived === 'interrupted') return;",
    instead: '',
  },
  {
    fault: 'no mark is written before an increment',
    file: `${SYNC}/apply-users.ts`,
    text: 'presence: plan.presence,',
    instead: 'presence: [],',
  },
  {
    fault: 'a failing job does not come back',
    file: `${SYNC}/follow-failure.ts`,
    text: 'await scheduleAgain(ports, job, attempt + 1, outcome.delayMs);',
    instead: '',
  },
  {
    fault: 'runs are not caught up after a crash',
    file: `${SYNC}/work.ts`,
    text: 'if (first) await this.runs.catchUp(session.states);',
    instead: 'void first;',
  },
  {
    fault: 'the outbox is emptied without the journal',
    file: `${SYNC}/people/relay-outbox.ts`,
    text: 'await ports.journal.append(fence, entries);',
    instead: '',
  },
  {
    fault: 'versions of people stand still',
    file: 'shared/core/people/next-person.ts',
    text: 'version: (previous?.version ?? lastVersion) + 1, changedAt: now, asOf };',
    instead: 'version: Math.max(previous?.version ?? lastVersion, 1), changedAt: now, asOf };',
  },
  {
    fault: 'the guard lets everything pass',
    file: `${SYNC}/people/judge-setup.ts`,
    text: "if ((await judge(session, setup, staged)) === 'hold') {",
    instead: "if ((await judge(session, setup, staged)) === ('never' as string)) {",
  },
  {
    fault: 'what the guard let pass is not carried out',
    file: `${SYNC}/people/judge-setup.ts`,
    text: "return (await derive('going')) || wrote;",
    instead: 'return wrote;',
  },
  {
    fault: 'an approval is forgotten',
    file: `${SYNC}/people/apply-decisions.ts`,
    text: 'await ports.removals.stage(fence, approved);',
    instead: '',
  },
  {
    fault: 'a decision is never discarded',
    file: `${SYNC}/people/apply-decisions.ts`,
    text: 'await ports.removalDecisions.discard(fence, decision);',
    instead: 'return wrote;',
  },
  {
    fault: 'overrides outlive their setup',
    file: `${SYNC}/people/remove-people.ts`,
    text: 'await ports.overrides.clear(fence, setupId);',
    instead: '',
  },
  {
    fault: 'syncs of persons outlive their setup',
    file: `${SYNC}/people/remove-people.ts`,
    text: 'if (sync.setupId === setupId) await ports.personSyncs.remove(sync);',
    instead: 'void sync;',
  },
  {
    fault: 'a removed setup stays removing',
    file: `${SYNC}/people/remove-people.ts`,
    text: "if (stored?.value.state === 'removing') await ports.setups.remove(stored);",
    instead: '',
  },
  {
    fault: 'index rows of interrupted writes stay',
    file: `${TABLES}/grant-intents.ts`,
    text: 'await this.grants.leave(fence, await this.unfounded(fence, entries));',
    instead: 'void entries;',
  },
  {
    fault: 'held runs are never settled',
    file: `${SYNC}/active-runs.ts`,
    text: 'if (stored !== null) await this.ports.runs.save(settle(stored.value), stored.tag);',
    instead: 'void [stored, settle];',
  },
  {
    fault: 'the net does not see marks',
    file: 'shared/use-cases/nightly/left-over-work.ts',
    text: "if ((await ports.marks.list(tenantId, 1)).length > 0) return 'marks were left over';",
    instead: '',
  },
  {
    fault: 'the net does not see wanted rounds',
    file: 'shared/use-cases/nightly/left-over-work.ts',
    text: "if (wants.some((want) => leftOver(want.since))) return 'a wanted round was left over';",
    instead: 'void wants;',
  },
  {
    fault: 'the net does not see setups',
    file: 'shared/use-cases/nightly/left-over-work.ts',
    text: "return hasDoubts ? 'doubts were left over' : leftOverOfSetups(ports, tenantId, now);",
    instead: "return hasDoubts ? 'doubts were left over' : (void leftOverOfSetups, null);",
  },
  {
    fault: 'parked tenants are never tried again',
    file: 'shared/core/parked-retry.ts',
    text: 'return now < last || now - last >= wait;',
    instead: 'return now < last - wait;',
  },
  {
    fault: 'deletions fall due a month late',
    file: `${SYNC}/people/people-work.ts`,
    text: 'const isDue = dueAt !== null && dueAt <= now;',
    instead: 'const isDue = dueAt !== null && dueAt <= now && dueAt > now;',
  },
  {
    fault: 'an edited setup is not derived again',
    file: `${SYNC}/people/people-work.ts`,
    text: "if (setup.readiness !== 'waiting' && !setup.comesByPages) await markSetup(this.session, setup.id);",
    instead: 'void [setup, markSetup];',
  },
  {
    fault: 'a record that was chosen is not tied',
    file: 'shared/use-cases/matching/decide-match.ts',
    text: "choice: { recordId, matchedBy: 'chosen' },",
    instead: 'choice: before.choice,',
  },
];
