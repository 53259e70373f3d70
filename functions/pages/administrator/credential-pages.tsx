import {
  replaceCredential,
  type ReplaceCredentialPorts,
} from '../../../shared/use-cases/credentials/replace-credential.js';
import { htmlAnswer, seeOther } from '../html-answer.js';
import { Notice } from '../layout.js';
import { PageProblem } from '../page-problem.js';
import type { Page } from '../page.js';
import { sessionPath, sessionRoute } from './addresses.js';
import { CredentialForm, type CredentialFormProps } from './credential-form.js';
import {
  problemOfOutcome,
  readEntry,
  shownOf,
  type EntryProblem,
  type EntryShown,
} from './credential-entry.js';
import type { Door, Visitor } from './door.js';
import { Frame } from './frame.js';
import { Instant } from './instant.js';
import { mayOrThrow } from './purposes.js';

const NOTHING: EntryShown = { clientId: '', secretId: '', expiresOn: '' };

/** Entering and replacing a client secret, and the page that says that it worked. */
export function credentialPages(ports: ReplaceCredentialPorts, door: Door): Page[] {
  return [emptyForm(door), entry(ports, door), confirmation(door)];
}

function emptyForm(door: Door): Page {
  return {
    name: 'administratorCredential',
    method: 'GET',
    path: sessionRoute('credential'),
    async answer(call) {
      const visitor = await door.enter(call);
      mayOrThrow(visitor, 'credential');
      const { credential } = visitor.tenant;
      const shown = { ...NOTHING, clientId: credential?.clientId ?? '' };
      return htmlAnswer(<CredentialForm visitor={visitor} shown={shown} problems={[]} />);
    },
  };
}

function entry(ports: ReplaceCredentialPorts, door: Door): Page {
  return {
    name: 'administratorEnterCredential',
    method: 'POST',
    path: sessionRoute('credential'),
    async answer(call) {
      const visitor = await door.enterByForm(call);
      mayOrThrow(visitor, 'credential');
      const again = (problems: readonly EntryProblem[]) =>
        formAgain({ visitor, shown: shownOf(call.form), problems });
      const read = readEntry(call.form);
      if (read.kind === 'incomplete') return again(read.problems);
      const { tenantId } = visitor.tenant;
      const outcome = await replaceCredential(ports, tenantId, read.given, null);
      switch (outcome.kind) {
        case 'replaced':
          return seeOther(`${sessionPath(tenantId, 'confirmed')}${outcome.trimmed ? '?trimmed=yes' : ''}`);
        case 'notFound':
        case 'disconnecting':
          throw new PageProblem(
            409,
            'This directory is being disconnected.',
            'If that is a mistake, ask the person who invited you.',
          );
        case 'credentialRefused':
          await door.countAgainst(visitor);
          return again([problemOfOutcome(outcome)]);
        case 'unusable':
        case 'preconditionFailed':
        case 'changedMeanwhile':
        case 'unavailable':
          return again([problemOfOutcome(outcome)]);
      }
    },
  };
}

function formAgain(props: CredentialFormProps) {
  return htmlAnswer(<CredentialForm {...props} />, { status: 422 });
}

function confirmation(door: Door): Page {
  return {
    name: 'administratorConfirmed',
    method: 'GET',
    path: sessionRoute('confirmed'),
    async answer(call) {
      const visitor = await door.enter(call);
      mayOrThrow(visitor, 'credential');
      const trimmed = call.query.get('trimmed') === 'yes';
      return htmlAnswer(<Confirmation visitor={visitor} trimmed={trimmed} />);
    },
  };
}

function Confirmation({ visitor, trimmed }: { readonly visitor: Visitor; readonly trimmed: boolean }) {
  const { credential } = visitor.tenant;
  if (credential === null)
    return (
      <Frame visitor={visitor} page="confirmed" title="There is no client secret">
        <p>None was entered, or it was removed meanwhile.</p>
      </Frame>
    );
  return (
    <Frame visitor={visitor} page="confirmed" title="The client secret works">
      <Notice tone="good">
        <p>It was tried at Microsoft, can read the directory, and is in use from now on.</p>
        {trimmed && <p>White space or line ends around the value were taken off.</p>}
      </Notice>
      <dl>
        <dt>Application (client) id</dt>
        <dd>
          <code>{credential.clientId}</code>
        </dd>
        <dt>Secret id</dt>
        <dd>{credential.secretId === null ? 'not given' : <code>{credential.secretId}</code>}</dd>
        <dt>Expires</dt>
        <dd>{credential.expiresOn === null ? 'no date given' : <Instant at={credential.expiresOn} />}</dd>
      </dl>
      <p>
        Leave an older secret in Entra for another day, then delete it there. The value that you entered lies
        in a vault and is shown to nobody.
      </p>
      <p>
        <a href={sessionPath(visitor.tenant.tenantId, 'overview')}>Back to the overview</a>
      </p>
    </Frame>
  );
}
