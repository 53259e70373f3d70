import type { SubscriptionObstacle, TenantIssue } from '../../shared/core/issues/tenant-issue.js';

/** What happened, and the one thing to do about it: sentences. */
export interface IssueWords {
  readonly message: string;
  readonly fix: string;
}

/** An issue in the words of the operator, who knows the API. */
export function operatorWords(issue: TenantIssue): IssueWords {
  if ('told' in issue) return { message: sentence(issue.told.reason), fix: sentence(issue.told.fix) };
  switch (issue.code) {
    case 'parked':
      return { message: sentence(issue.reason), fix: issue.operatorOnly ? OWN_SECRET : sentence(issue.fix) };
    case 'runsFailing':
      return failing(issue);
    case 'secretExpired':
      return { message: `The client secret expired on ${day(issue.since)}.`, fix: NEW_SECRET };
    case 'secretExpiring':
      return { message: `The client secret expires on ${day(issue.expiresOn)}.`, fix: NEW_SECRET };
    case 'removalsHeld':
      return held(issue);
    case 'deadLetters':
      return deadLetters(issue.count);
    case 'setupAttention':
      return setupAttention(issue);
    case 'noSubscriptions':
      return noSubscriptions(issue.obstacle);
    case 'notificationsSilent':
      return {
        message: `Changes of ${issue.resources.join(' and ')} are found by polling, but no notification announces them.`,
        fix: 'See that Microsoft Graph reaches PUBLIC_URL (firewall, proxy, certificate; the doctor tries it). Until it is heard again the tenant is polled every 15 minutes, so that nothing is lost.',
      };
  }
}

const NEW_SECRET = 'Make a new one in Entra and enter its value (PUT credential).';
const OWN_SECRET =
  'Put a working client secret of the consent application into the vault, under the name that CONSENT_APPS gives it; the tenant goes on automatically within an hour of that.';

function failing({ part, since, failure, runId }: TenantIssue & { code: 'runsFailing' }): IssueWords {
  const what = part === 'work' ? 'Its runs have' : `Reading its ${part} has`;
  return {
    message: `${what} failed since ${minute(since)} (${failure}), so that what is held may be out of date.`,
    fix: `Read the error of the last one (GET runs/${runId}), resolve it, and ask for a run (POST runs).`,
  };
}

function held({ setupId, designation, count, since }: TenantIssue & { code: 'removalsHeld' }): IssueWords {
  const removals = count === 1 ? '1 removal is' : `${count} removals are`;
  return {
    message: `${removals} held in the setup ${JSON.stringify(designation)} since ${day(since)}: these people are kept until somebody decides.`,
    fix: `Look at them (GET setups/${setupId}/held), then approve or reject them (POST setups/${setupId}/held/approve or reject).`,
  };
}

function deadLetters(count: number): IssueWords {
  const messages = count === 1 ? '1 message of the tenant was' : `${count} messages of the tenant were`;
  return {
    message: `${messages} set aside, and what ${count === 1 ? 'it was' : 'they were'} for may not have been done.`,
    fix: 'Read why (GET dead-letters), then replay or discard each (POST dead-letters/{id}/replay or discard).',
  };
}

/** The last of the sentences says what to do. */
function setupAttention(issue: Extract<TenantIssue, { readonly first: string }>): IssueWords {
  const { setupId, designation, count } = issue;
  const sentences = issue.first.split(/(?<=[.!?]) (?=[A-Z])/);
  const fix = sentences.length > 1 ? sentences.pop() : `Read its attention (GET setups/${setupId}).`;
  return {
    message: `In the setup ${JSON.stringify(designation)}: ${sentences.join(' ')}`,
    fix: `${fix}${others(setupId, count - 1)}`,
  };
}

function others(setupId: string, count: number): string {
  if (count <= 0) return '';
  return ` The setup has ${count} more such ${count === 1 ? 'fault' : 'faults'} (GET setups/${setupId}).`;
}

/** In the same words wherever Graph makes no subscription. */
const BY_POLLS = 'changes are found by polls and by the nightly run only';

function noSubscriptions(obstacle: SubscriptionObstacle): IssueWords {
  switch (obstacle.kind) {
    case 'refused':
      return {
        message: `Microsoft Graph does not let the application subscribe to changes: ${BY_POLLS}.`,
        fix: 'Grant the application User.Read.All and Group.Read.All with admin consent; it is tried again every few minutes.',
      };
    case 'quota':
      return {
        message: `Microsoft Graph makes no further subscription, since a limit of the application or of the tenant is reached: ${BY_POLLS}.`,
        fix: 'End subscriptions that are not used any more, of this application or of others in the tenant; it is tried again every few minutes.',
      };
    case 'unreached':
      return {
        message: `Microsoft Graph did not get the right answer from the address of notifications, and makes no subscription: ${BY_POLLS}.`,
        fix: 'Let Microsoft Graph reach PUBLIC_URL from outside (firewall, proxy, certificate, sign-in that is excepted for /api/graph); it is tried again every few minutes.',
      };
    case 'login':
      return {
        message: `There are no subscriptions: ${BY_POLLS}. ${sentence(obstacle.finding)}`,
        fix: sentence(obstacle.fix),
      };
  }
}

function day(instant: string): string {
  return instant.slice(0, 10);
}

function minute(instant: string): string {
  return `${instant.slice(0, 16).replace('T', ' ')} UTC`;
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
