import { Notice } from '../layout.js';
import { withoutApiCalls } from './tenant-words.js';
import type { ShownFinding } from './work.js';

const SEVERITY_WORDS: Readonly<Record<ShownFinding['severity'], string>> = {
  error: 'To be mended',
  warning: 'To be looked at',
  info: 'Good to know',
};

const ORDER = ['error', 'warning', 'info'] as const;

/** What the doctor found, the worst first, each with its one fix. */
export function Findings({ findings }: { readonly findings: readonly ShownFinding[] }) {
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
          <h3>
            <span class="severity">{SEVERITY_WORDS[severity]}</span> {withoutApiCalls(message)}
          </h3>
          <p>{withoutApiCalls(fix)}</p>
          <p class="hint">
            <code>{code}</code>
          </p>
        </li>
      ))}
    </ul>
  );
}

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
