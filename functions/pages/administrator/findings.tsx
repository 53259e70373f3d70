import { administratorFix } from '../administrator-fix.js';
import { Notice } from '../layout.js';
import { withoutApiCalls } from '../without-api-calls.js';
import { sessionPath } from './addresses.js';
import type { Visitor } from './door.js';
import type { ShownFinding } from './work.js';

const SEVERITY_WORDS: Readonly<Record<ShownFinding['severity'], string>> = {
  error: 'To be mended',
  warning: 'To be looked at',
  info: 'Good to know',
};

const ORDER = ['error', 'warning', 'info'] as const;

interface FindingsProps {
  readonly visitor: Visitor;
  readonly findings: readonly ShownFinding[];
}

/** What the doctor found, the worst first, each with its one fix. */
export function Findings({ visitor, findings }: FindingsProps) {
  if (findings.length === 0)
    return (
      <Notice tone="good">
        <p>Everything is as it should be.</p>
      </Notice>
    );
  const sorted = ORDER.flatMap((severity) => findings.filter((finding) => finding.severity === severity));
  return (
    <ul class="findings">
      {sorted.map(({ code, severity, message, fix }) => (
        <li key={`${code} ${message}`} class={severity}>
          <h2>
            <span class="severity">{SEVERITY_WORDS[severity]}</span> {withoutApiCalls(message)}
          </h2>
          <Fix visitor={visitor} code={code} fix={fix} />
          <p class="hint">
            <code>{code}</code>
          </p>
        </li>
      ))}
    </ul>
  );
}

interface FixProps extends Pick<ShownFinding, 'code' | 'fix'> {
  readonly visitor: Visitor;
}

/** What mends it, and where it is a consent, the way to it. */
function Fix({ visitor: { tenant, purposes, invitedBy }, code, fix }: FixProps) {
  const { text, byConsent } = administratorFix(code, fix, invitedBy);
  if (!byConsent) return <p>{text}</p>;
  if (!purposes.includes('connect'))
    return (
      <p>
        {text} Ask {invitedBy} for a link to consent.
      </p>
    );
  return (
    <p>
      {text} <a href={`${sessionPath(tenant.tenantId, 'overview')}#${CONSENT_SECTION}`}>Go to consent</a>
    </p>
  );
}

/** Of the overview: where the consent begins. */
export const CONSENT_SECTION = 'consent';

/** Where Microsoft could not be asked. */
export function NotExamined() {
  return (
    <Notice tone="neutral">
      <p>
        Microsoft does not answer at the moment, so the connection could not be examined. Try again in a few
        minutes.
      </p>
    </Notice>
  );
}
