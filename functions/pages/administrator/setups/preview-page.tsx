import { PREVIEW_KINDS, type PreviewKind } from '../../../../shared/core/people/preview.js';
import type { Preview, PreviewSample } from '../../../../shared/use-cases/people/preview-parts.js';
import { previewSetup } from '../../../../shared/use-cases/people/preview-setup.js';
import { previewPosition, progressAt } from '../../../preview-position.js';
import { htmlAnswer } from '../../html-answer.js';
import { Notice } from '../../layout.js';
import { PageProblem } from '../../page-problem.js';
import type { Page } from '../../page.js';
import { setupPath, setupRoute } from '../addresses.js';
import type { Door } from '../door.js';
import { SetupFrame } from './parts.js';
import type { SetupPagesDependencies } from './ports.js';
import { noSuchSetup, visitSetup, type SetupVisit } from './visit.js';

/** What the setup would do now; nothing is written. */
export function previewPage(ports: SetupPagesDependencies, door: Door): Page {
  return {
    name: 'administratorPreviewSetup',
    method: 'GET',
    path: setupRoute('preview'),
    async answer(call) {
      const visit = await visitSetup(ports, door, call, 'look');
      const after = call.query.get('after');
      const progress = after === undefined ? null : progressAt(after);
      if (after !== undefined && progress === null)
        throw new PageProblem(
          400,
          'This is no part of a preview.',
          'Go back, and look at it from the start.',
        );
      const outcome = await previewSetup(ports, visit.stored.value, null, progress);
      if (outcome.kind !== 'previewed') throw noSuchSetup();
      return htmlAnswer(<PreviewOf visit={visit} preview={outcome.preview} />);
    },
  };
}

const KIND_WORDS: Readonly<Record<PreviewKind, string>> = {
  create: 'come',
  update: 'are updated',
  disable: 'are disabled',
  remove: 'are removed',
  keep: 'stay, though they are out',
  unchanged: 'stay as they are',
  conflict: 'fit several records',
};

const OUT_WORDS: Readonly<Record<PreviewSample['reason'], string>> = {
  inScope: 'in scope',
  override: 'kept by a decision',
  notInDirectory: 'not in the directory',
  deletedInDirectory: 'deleted in the directory',
  outsideScope: 'in none of the groups',
  excluded: 'in an excluded group',
  disabled: 'account disabled',
  guest: 'a guest',
  filtered: 'left out by the filter',
  otherConnection: 'left out by the connection attribute',
};

function PreviewOf({ visit, preview }: { readonly visit: SetupVisit; readonly preview: Preview }) {
  const { progress, buckets, guard, samples } = preview;
  const { tenantId, setupId } = visit.stored.value;
  const here = setupPath(tenantId, setupId, 'preview');
  return (
    <SetupFrame visit={visit} title="Preview">
      <p>What would come to people if the setup were followed now. Nothing is changed by looking.</p>
      <Reading preview={preview} />
      <table>
        <thead>
          <tr>
            <th scope="col">People who</th>
            <th scope="col">Number</th>
          </tr>
        </thead>
        <tbody>
          {PREVIEW_KINDS.map((kind) => (
            <tr key={kind}>
              <th scope="row">{KIND_WORDS[kind]}</th>
              <td>{progress.counts[kind]}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {guard?.verdict === 'hold' && (
        <Notice tone="bad">
          <p>
            {guard.removals} of {guard.active} people would leave at once: that is held until{' '}
            {visit.visitor.invitedBy} has looked at it.
          </p>
        </Notice>
      )}
      {guard === null && (
        <p>
          So far {progress.users} users were looked at, part {progress.bucket} of {buckets}.{' '}
          <a href={`${here}?after=${previewPosition(progress)}`}>Look at more</a>
        </p>
      )}
      {PREVIEW_KINDS.filter((kind) => samples[kind].length > 0).map((kind) => (
        <section key={kind}>
          <h2>Some who {KIND_WORDS[kind]}</h2>
          <ul>
            {samples[kind].map((sample) => (
              <li key={sample.personId}>
                {sample.displayName ?? sample.directoryId}
                {sample.reason !== 'inScope' && `: ${OUT_WORDS[sample.reason]}`}
              </li>
            ))}
          </ul>
        </section>
      ))}
    </SetupFrame>
  );
}

function Reading({ preview: { readiness, unread, missingGroups } }: { readonly preview: Preview }) {
  return (
    <>
      {readiness !== 'complete' && (
        <Notice tone="neutral">
          <p>
            The directory was not read completely yet, so these numbers will grow; nobody is removed before.
          </p>
          {unread.attributes.length > 0 && <p>Still to be read: {unread.attributes.join(', ')}.</p>}
        </Notice>
      )}
      {missingGroups.length > 0 && (
        <Notice tone="bad">
          <p>
            These groups are not in the directory any more. Nobody leaves because one of the scope is gone,
            and nobody comes while one that the setup excludes is: {missingGroups.slice(0, 20).join(', ')}
            {missingGroups.length > 20 && ` and ${missingGroups.length - 20} more`}.
          </p>
        </Notice>
      )}
    </>
  );
}
