import type { ComponentChildren } from 'preact';
import { Notice } from '../../layout.js';
import { setupPath, type SetupPart } from '../addresses.js';
import { Frame, PostForm } from '../frame.js';
import { faultsAt, type PageFault } from './page-faults.js';
import { SEEN, type SetupVisit } from './visit.js';

export interface SetupFrameProps {
  readonly visit: SetupVisit;
  readonly title: string;
  /** Also those that are told at their places; here stand the others. */
  readonly faults?: readonly PageFault[];
  readonly children: ComponentChildren;
}

/** The frame of a page within a setup, with the way back to it. */
export function SetupFrame({ visit, title, faults = [], children }: SetupFrameProps) {
  const { visitor, stored } = visit;
  const { tenantId, setupId, document } = stored.value;
  const elsewhere = faultsAt(faults, 'elsewhere', null);
  return (
    <Frame visitor={visitor} page="setups" title={title}>
      <p>
        <a href={setupPath(tenantId, setupId)}>Back to {document.designation}</a>
      </p>
      <FaultNotice faults={elsewhere} />
      {children}
    </Frame>
  );
}

/** What is wrong and stands at no field of the page. */
export function FaultNotice({ faults }: { readonly faults: readonly PageFault[] }) {
  if (faults.length === 0) return null;
  return (
    <Notice tone="bad">
      <ul>
        {faults.map(({ message }) => (
          <li key={message}>{message}</li>
        ))}
      </ul>
    </Notice>
  );
}

/** What is wrong with one thing on the page, beside it. */
export function FaultLines({ id, faults }: { readonly id: string; readonly faults: readonly PageFault[] }) {
  if (faults.length === 0) return null;
  return (
    <p class="problem" id={id} role="alert">
      {faults.map(({ message }) => message).join(' ')}
    </p>
  );
}

export interface ChangeFormProps {
  readonly visit: SetupVisit;
  readonly part: SetupPart;
  readonly children: ComponentChildren;
}

/** A form that changes the setup as it was shown. */
export function ChangeForm({ visit: { visitor, stored }, part, children }: ChangeFormProps) {
  const { tenantId, setupId } = stored.value;
  return (
    <PostForm visitor={visitor} path={setupPath(tenantId, setupId, part)}>
      <input type="hidden" name={SEEN} value={stored.tag} />
      {children}
    </PostForm>
  );
}

/** Of long lists a page shows so many at once. */
export const SHOWN = 50;

/** From where a list is shown, as the address says. */
export function shownFrom(query: ReadonlyMap<string, string>, count: number): number {
  const from = Number(query.get('from') ?? '0');
  return Number.isInteger(from) && from > 0 && from < count ? from : 0;
}

export interface SliceLinksProps {
  readonly path: string;
  readonly from: number;
  readonly count: number;
}

/** To the parts of a list before and behind what is shown. */
export function SliceLinks({ path, from, count }: SliceLinksProps) {
  if (count <= SHOWN) return null;
  return (
    <p>
      {from + 1} to {Math.min(count, from + SHOWN)} of {count}.{' '}
      {from > 0 && <a href={`${path}?from=${Math.max(0, from - SHOWN)}`}>Those before</a>}{' '}
      {from + SHOWN < count && <a href={`${path}?from=${from + SHOWN}`}>Those that follow</a>}
    </p>
  );
}
