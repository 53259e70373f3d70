import type { ComponentChildren } from 'preact';
import type { LinkPurpose } from '../../../shared/core/admin-link.js';
import { Layout } from '../layout.js';
import { sessionPath, type SessionPage } from './addresses.js';
import { FORM_TOKEN, type Visitor } from './door.js';

export interface FrameProps {
  readonly visitor: Visitor;
  /** Where the visitor is, for the list of pages. */
  readonly page: SessionPage;
  readonly title: string;
  /** As of `Layout`. */
  readonly refreshSeconds?: number;
  readonly children: ComponentChildren;
}

interface Place {
  readonly page: SessionPage;
  readonly label: string;
  /** Null: for every link. */
  readonly purpose: LinkPurpose | null;
}

const PLACES: readonly Place[] = [
  { page: 'overview', label: 'Overview', purpose: null },
  { page: 'setups', label: 'Setups', purpose: 'setup' },
  { page: 'credential', label: 'Client secret', purpose: 'credential' },
  { page: 'doctor', label: 'Doctor', purpose: null },
];

/** The frame of every page of a session: whose directory it is, where one can go, and the way out. */
export function Frame({ visitor, page, title, children, ...layout }: FrameProps) {
  const { tenant, purposes } = visitor;
  const places = PLACES.filter(({ purpose }) => purpose === null || purposes.includes(purpose));
  return (
    <Layout title={title} {...layout}>
      <nav aria-label="Pages">
        <ul class="places">
          {places.map((place) => (
            <li key={place.page}>
              <a
                href={sessionPath(tenant.tenantId, place.page)}
                {...(place.page === page ? { 'aria-current': 'page' as const } : {})}
              >
                {place.label}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      {children}
      <div class="leave">
        <p class="hint">
          Directory of {tenant.displayName}, <code>{tenant.tenantId}</code>
        </p>
        <SessionForm visitor={visitor} action="leave">
          <button type="submit" class="quiet">
            Sign out
          </button>
        </SessionForm>
      </div>
    </Layout>
  );
}

export interface SessionFormProps {
  readonly visitor: Visitor;
  readonly action: SessionPage;
  readonly children: ComponentChildren;
}

/** A form that this session alone can send. */
export function SessionForm({ visitor, action, children }: SessionFormProps) {
  return (
    <PostForm visitor={visitor} path={sessionPath(visitor.tenant.tenantId, action)}>
      {children}
    </PostForm>
  );
}

export interface PostFormProps {
  readonly visitor: Visitor;
  readonly path: string;
  readonly children: ComponentChildren;
}

/** As `SessionForm`, to any path of the session. */
export function PostForm({ visitor, path, children }: PostFormProps) {
  return (
    <form method="post" action={path} noValidate autocomplete="off">
      <input type="hidden" name={FORM_TOKEN} value={visitor.formToken} />
      {children}
    </form>
  );
}
