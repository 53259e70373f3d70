import type { LinkPurpose } from '../../../shared/core/admin-link.js';
import type { FirstReading } from '../../../shared/core/first-reading.js';
import type { Tenant } from '../../../shared/core/tenant.js';
import { administratorFix } from '../administrator-fix.js';
import type { ShownFinding } from './work.js';

/** What the overview of a tenant says follows from. */
export interface OverviewFacts {
  readonly tenant: Tenant;
  readonly purposes: readonly LinkPurpose[];
  /** Name of the operator. */
  readonly invitedBy: string;
  /** Setups that are not being removed. */
  readonly setups: { readonly all: number; readonly started: number };
  readonly reading: FirstReading;
  /** Errors and warnings only, each once. */
  readonly issues: readonly ShownFinding[];
}

/** The one step that the overview offers first; each is a button of the page, or leads to one. */
export type OverviewAction = 'consent' | 'credential' | 'read' | 'newSetup' | 'setups';

export interface OverviewWords {
  readonly tone: 'good' | 'bad' | 'neutral';
  /** How the connection is, one or two sentences. */
  readonly headline: string;
  /** What the administrator does next, a sentence. */
  readonly next: string;
  /** Null if no page of this link helps. */
  readonly action: OverviewAction | null;
}

/**
 * Returns one headline from the state, the issues and the setups, and one next step. The words never say that nothing
 * is to be done if the link lets the administrator look after setups, since the page then shows buttons for them.
 */
export function overviewWords(facts: OverviewFacts): OverviewWords {
  const { tenant } = facts;
  switch (tenant.state.kind) {
    case 'awaitingConsent':
      return notConnected(facts);
    case 'parked':
      return stopped(facts, tenant.state);
    case 'disconnecting':
      return {
        tone: 'neutral',
        headline: 'The directory is being disconnected.',
        next: 'All its data is being deleted.',
        action: null,
      };
    case 'connected':
    case 'running':
      return connected(facts);
  }
}

function notConnected({ purposes, invitedBy, issues }: OverviewFacts): OverviewWords {
  const ways = [
    ...(purposes.includes('connect') ? ['give consent'] : []),
    ...(purposes.includes('credential') ? ['enter a client secret of your own application'] : []),
  ];
  const next =
    ways.length === 0
      ? `Ask ${invitedBy} for a link to connect it.`
      : `To connect it, ${ways.join(', or ')}.${issues.length > 0 ? ' The last attempt did not work, see below.' : ''}`;
  return {
    tone: issues.length > 0 ? 'bad' : 'neutral',
    headline: 'The directory is not connected yet.',
    next,
    action: firstOf(purposes, ['connect', 'credential']),
  };
}

function stopped(
  { purposes, invitedBy }: OverviewFacts,
  { reason, fix }: { readonly reason: string; readonly fix: string },
): OverviewWords {
  const { text, by } = administratorFix(null, fix, invitedBy);
  const purpose = by === 'consent' ? 'connect' : 'credential';
  const may = by !== 'elsewhere' && purposes.includes(purpose);
  const asking = by === 'consent' ? `Ask ${invitedBy} for a link to consent.` : askForSecret(invitedBy);
  return {
    tone: 'bad',
    headline: `Reading has stopped. ${asSentence(reason)}`,
    next: by === 'elsewhere' || may ? text : `${text} ${asking}`,
    action: may ? firstOf([purpose], ['connect', 'credential']) : null,
  };
}

function askForSecret(invitedBy: string): string {
  return `Ask ${invitedBy} for a link to enter it.`;
}

const NO_SETUP = 'Nobody is synced before a setup is started.';
const READING = 'It is being read for the first time.';

function connected(facts: OverviewFacts): OverviewWords {
  const { tenant, invitedBy, setups, reading, issues } = facts;
  const isFine = issues.length === 0 && !tenant.paused;
  const isUpToDate = isFine && reading.kind === 'read' && setups.started > 0;
  const clauses = [
    'The directory is connected',
    ...(isUpToDate ? ['kept up to date'] : []),
    ...(tenant.paused ? [`reading is paused by ${invitedBy}`] : []),
    ...(issues.length === 0
      ? []
      : [issues.length === 1 ? 'one issue needs attention' : `${issues.length} issues need attention`]),
  ];
  const steps = facts.purposes.includes('setup') ? stepsWithSetups(facts) : stepsWithout(facts, isUpToDate);
  const look =
    issues.length === 0 ? [] : [`See below what to do about ${issues.length === 1 ? 'it' : 'each'}.`];
  return {
    tone: toneOf(facts, isFine),
    headline: `${joined(clauses)}.`,
    next: [...look, ...steps.next].join(' '),
    action: fixOf(facts) ?? steps.action,
  };
}

function toneOf({ issues, setups }: OverviewFacts, isFine: boolean): OverviewWords['tone'] {
  if (issues.some(({ severity }) => severity === 'error')) return 'bad';
  return isFine && setups.started > 0 ? 'good' : 'neutral';
}

interface Steps {
  readonly next: readonly string[];
  readonly action: OverviewAction | null;
}

function stepsWithout(
  { tenant, invitedBy, setups, reading, issues }: OverviewFacts,
  isUpToDate: boolean,
): Steps {
  const next = [
    ...(isUpToDate ? ['There is nothing for you to do.'] : []),
    ...(setups.started === 0 ? [`${NO_SETUP} ${invitedBy} starts it.`] : []),
    ...(setups.started > 0 && isUnderWay(reading) && !tenant.paused && issues.length === 0 ? [READING] : []),
  ];
  return { next, action: null };
}

function stepsWithSetups({ tenant, setups, reading }: OverviewFacts): Steps {
  const setup =
    setups.all === 0
      ? 'make a setup, which says who is synced'
      : 'look at the preview of a setup and start it';
  const started = setups.started === 1 ? 'One setup is started.' : `${setups.started} setups are started.`;
  const last = setups.started > 0 ? started : sentence(setup);
  const action = setups.all === 0 ? 'newSetup' : 'setups';
  if (isUnderWay(reading)) return { next: [READING, last], action };
  if (reading.kind === 'notRead' && !tenant.paused) {
    const then = setups.started > 0 ? '' : `, then ${setup}`;
    return { next: ['Nothing was read yet.', `Read the directory now${then}.`], action: 'read' };
  }
  return { next: setups.started > 0 ? [started] : [NO_SETUP, last], action };
}

/** The page of this link that fixes an issue, the worst issue first. */
function fixOf({ issues, purposes, invitedBy }: OverviewFacts): OverviewAction | null {
  const sorted = [...issues].sort((a, b) => Number(b.severity === 'error') - Number(a.severity === 'error'));
  for (const { code, fix } of sorted) {
    const { by } = administratorFix(code, fix, invitedBy);
    if (by === 'consent' && purposes.includes('connect')) return 'consent';
    if (by === 'secret' && purposes.includes('credential')) return 'credential';
  }
  return null;
}

function isUnderWay({ kind }: FirstReading): boolean {
  return kind === 'requested' || kind === 'reading';
}

/** "a", "a and b", "a, b and c". */
function joined(clauses: readonly string[]): string {
  const [last = '', ...before] = clauses.toReversed();
  return before.length === 0 ? last : `${before.toReversed().join(', ')} and ${last}`;
}

function firstOf(
  purposes: readonly LinkPurpose[],
  wanted: readonly ('connect' | 'credential')[],
): OverviewAction | null {
  const found = wanted.find((purpose) => purposes.includes(purpose));
  if (found === undefined) return null;
  return found === 'connect' ? 'consent' : 'credential';
}

function sentence(clause: string): string {
  return `${clause.charAt(0).toUpperCase()}${clause.slice(1)}.`;
}

function asSentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
