import type { Bundle } from '../../../shared/core/bundle.js';
import { neededPermissions } from '../../../shared/core/doctor/permissions.js';
import type { Tenant } from '../../../shared/core/tenant.js';
import { Notice } from '../layout.js';
import type { EntryProblem, EntryShown, Field } from './credential-entry.js';
import type { Visitor } from './door.js';
import { Frame, SessionForm } from './frame.js';

export interface CredentialFormProps {
  readonly visitor: Visitor;
  readonly shown: EntryShown;
  readonly problems: readonly EntryProblem[];
}

const LABELS: Readonly<Record<Field, string>> = {
  clientId: 'Application (client) id',
  secretValue: 'Secret value',
  secretId: 'Secret id (optional)',
  expiresOn: 'Expires on (optional)',
};

const HINTS: Readonly<Record<Field, string>> = {
  clientId: "On the application's overview in Entra.",
  secretValue:
    'Column "Value" under Certificates & secrets; Entra shows it only once. It is never shown again here.',
  secretId: 'Column "Secret ID": to recognise the secret by, later.',
  expiresOn: 'Column "Expires": you are warned 60, 30, 14, 7 and 1 days before.',
};

/** Where a client secret is entered or replaced. What is wrong stands beside its field, and above the form. */
export function CredentialForm({ visitor, shown, problems }: CredentialFormProps) {
  const { tenant } = visitor;
  const replaces = tenant.credential !== null;
  return (
    <Frame
      visitor={visitor}
      page="credential"
      title={replaces ? 'Replace the client secret' : 'Enter a client secret'}
    >
      {problems.length > 0 && <Problems problems={problems} />}
      <p>
        {replaces
          ? 'The new secret is tried before it replaces the old one. If it does not work, nothing changes and reading goes on.'
          : 'It is tried immediately. If it does not work, nothing is kept.'}
      </p>
      <SessionForm visitor={visitor} action="credential">
        <TextField name="clientId" value={shown.clientId} problems={problems} />
        <TextField name="secretValue" value="" problems={problems} />
        <TextField name="secretId" value={shown.secretId} problems={problems} />
        <TextField name="expiresOn" value={shown.expiresOn} problems={problems} />
        <p class="hint">
          Trying takes a few seconds, or up to half a minute if you created the secret just now: Microsoft
          needs a moment until a new one works everywhere. Leave this page open until it answers.
        </p>
        <button type="submit">{replaces ? 'Try and replace' : 'Try and keep'}</button>
      </SessionForm>
      <Permissions tenant={tenant} />
    </Frame>
  );
}

function Problems({ problems }: { readonly problems: readonly EntryProblem[] }) {
  return (
    <Notice tone="bad">
      <h2>This did not work</h2>
      <ul>
        {problems.map(({ field, message, fix }) => (
          <li key={field}>{field === 'form' ? `${message} ${fix}` : <a href={`#${field}`}>{message}</a>}</li>
        ))}
      </ul>
    </Notice>
  );
}

interface TextFieldProps {
  readonly name: Field;
  readonly value: string;
  readonly problems: readonly EntryProblem[];
}

function TextField({ name, value, problems }: TextFieldProps) {
  const problem = problems.find(({ field }) => field === name);
  const described = [`${name}-hint`, ...(problem === undefined ? [] : [`${name}-problem`])].join(' ');
  return (
    <div class={problem === undefined ? 'field' : 'field wrong'}>
      <label for={name}>{LABELS[name]}</label>
      <p class="hint" id={`${name}-hint`}>
        {HINTS[name]}
      </p>
      {problem !== undefined && (
        <p class="problem" id={`${name}-problem`}>
          {problem.message} {problem.fix}
        </p>
      )}
      <Input name={name} value={value} describedBy={described} invalid={problem !== undefined} />
    </div>
  );
}

interface InputProps {
  readonly name: Field;
  readonly value: string;
  readonly describedBy: string;
  readonly invalid: boolean;
}

/** The secret is not shown while it is entered, and no browser is to keep any of it. */
function Input({ name, value, describedBy, invalid }: InputProps) {
  const common = {
    id: name,
    name,
    autocomplete: 'off',
    spellcheck: false,
    'aria-describedby': describedBy,
    'aria-invalid': invalid,
  } as const;
  switch (name) {
    case 'secretValue':
      return <input type="password" required {...common} />;
    case 'expiresOn':
      return <input type="date" value={value} {...common} />;
    case 'clientId':
      return <input type="text" value={value} required {...common} />;
    case 'secretId':
      return <input type="text" value={value} {...common} />;
  }
}

/** What a customer's own application is for, where nobody said otherwise. */
const USUAL: readonly Bundle[] = ['directory', 'near-real-time'];

/** What the application has to be allowed, so that nobody has to look it up elsewhere. */
function Permissions({ tenant: { bundles } }: { readonly tenant: Tenant }) {
  const needed = neededPermissions({
    origin: 'credential',
    bundles: bundles.length === 0 ? USUAL : bundles,
  });
  return (
    <section>
      <h2>What the application needs</h2>
      <p>
        These permissions of Microsoft Graph, of the type <strong>Application</strong>, with admin consent:
      </p>
      <ul>
        {needed.map(({ name, why }) => (
          <li key={name}>
            <code>{name}</code>: {why.join(', ')}
          </li>
        ))}
      </ul>
    </section>
  );
}
