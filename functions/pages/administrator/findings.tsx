import { administratorFix } from '../administrator-fix.js';
import { Notice } from '../layout.js';
import { withoutApiCalls } from '../without-api-calls.js';
import { sessionPath } from './addresses.js';
import type { Visitor } from './door.js';
import type { ShownFinding } from './work.js';

const SEVERITY_WORDS: Readonly<Record<ShownFinding['severity'], string>> = {
  error: 'To be fixed',
  warning: 'To be checked',
  info: 'Good to know',
};

const ORDER = ['error', 'warning', 'info'] as const;

interface FindingsProps {
  readonly visitor: Visitor;
  readonly findings: readonly ShownFinding[];
  /** Level of their headings: h3 below a heading of their own. */
  readonly headings?: 'h2' | 'h3';
}

/** What the doctor found, the worst first, each with its one fix. */
export function Findings({ visitor, findings, headings: Heading = 'h2' }: FindingsProps) {
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
          <Heading>
            <span class="severity">{SEVERITY_WORDS[severity]}</span> {withoutApiCalls(message)}
          </Heading>
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

/** The fix, with a link to the page that does it if this administrator's link is for that. */
function Fix({ visitor: { tenant, purposes, invitedBy }, code, fix }: FixProps) {
  const { text, by } = administratorFix(code, fix, invitedBy);
  switch (by) {
    case 'elsewhere':
      return <p>{text}</p>;
    case 'consent':
      return (
        <p>
          {text}{' '}
          {purposes.includes('connect') ? (
            <a href={`${sessionPath(tenant.tenantId, 'overview')}#${CONSENT_SECTION}`}>Go to consent</a>
          ) : (
            `Ask ${invitedBy} for a link to consent.`
          )}
        </p>
      );
    case 'secret':
      return (
        <p>
          {text}{' '}
          {purposes.includes('credential') ? (
            <a href={sessionPath(tenant.tenantId, 'credential')}>Go to the client secret</a>
          ) : (
            `Ask ${invitedBy} for a link to enter it.`
          )}
        </p>
      );
  }
}

/** Id of the part of the overview from which the consent begins. */
export const CONSENT_SECTION = 'consent';

/** Said if Microsoft could not be asked. */
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
