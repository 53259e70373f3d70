import { PREVIEW_KINDS, type PreviewKind } from '../../../../shared/core/people/preview.js';
import type { Preview, PreviewSample } from '../../../../shared/use-cases/people/preview-parts.js';
import { previewSetup } from '../../../../shared/use-cases/people/preview-setup.js';
import { nameGroups } from '../../../../shared/use-cases/name-groups.js';
import { readFirstReading } from '../../../../shared/use-cases/read-first-reading.js';
import type { FirstReading } from '../../../../shared/core/first-reading.js';
import { keptForSetups } from '../../../../shared/core/kept-attributes.js';
import { previewPosition, progressAt } from '../../../preview-position.js';
import { htmlAnswer } from '../../html-answer.js';
import { Notice } from '../../layout.js';
import { PageProblem } from '../../page-problem.js';
import type { Page } from '../../page.js';
import { personPath, setupPath, setupRoute } from '../addresses.js';
import type { Door } from '../door.js';
import { isNothingRead, NothingRead } from '../nothing-read.js';
import { named } from './group-search.js';
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
      const { tenantId } = visit.stored.value;
      const reading = await readFirstReading(ports, tenantId);
      if (isNothingRead(reading)) return htmlAnswer(<NotReadYet visit={visit} reading={reading} />);
      const outcome = await previewSetup(ports, visit.stored.value, null, progress);
      if (outcome.kind !== 'previewed') throw noSuchSetup();
      const { preview } = outcome;
      const names = await nameGroups(
        ports,
        visit.visitor.tenant,
        preview.missingGroups.slice(0, MISSING_SHOWN),
      );
      return htmlAnswer(<PreviewOf visit={visit} preview={preview} names={names} />);
    },
  };
}

/** Counts of 0 would look like a result. */
function NotReadYet({ visit, reading }: { readonly visit: SetupVisit; readonly reading: FirstReading }) {
  return (
    <SetupFrame visit={visit} title="Preview">
      <NothingRead visitor={visit.visitor} reading={reading} setupId={visit.stored.value.setupId} />
      <p>Once it was read, the preview shows here who would be added, changed and removed.</p>
    </SetupFrame>
  );
}

const MISSING_SHOWN = 20;

const KIND_WORDS: Readonly<Record<PreviewKind, string>> = {
  create: 'are added',
  update: 'are updated',
  disable: 'are disabled',
  remove: 'are removed',
  keep: 'are kept, though they are out',
  unchanged: 'do not change',
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

interface PreviewOfProps {
  readonly visit: SetupVisit;
  readonly preview: Preview;
  /** Of groups that are gone, by id, as far as they are known. */
  readonly names: ReadonlyMap<string, string>;
}

function PreviewOf({ visit, preview, names }: PreviewOfProps) {
  const { progress, buckets, guard, samples } = preview;
  const { tenantId, setupId } = visit.stored.value;
  const here = setupPath(tenantId, setupId, 'preview');
  return (
    <SetupFrame visit={visit} title="Preview">
      <p>What would happen to people if the setup were applied now. Nothing is changed by looking.</p>
      <Reading preview={preview} names={names} />
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
            {guard.removals} of {guard.active} people would be removed. That is held until{' '}
            {visit.visitor.invitedBy} approves it.
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
                <a href={personPath(tenantId, setupId, sample.directoryId)}>
                  {sample.displayName ?? 'somebody without a name'}
                </a>
                {sample.reason !== 'inScope' && `: ${OUT_WORDS[sample.reason]}`}
              </li>
            ))}
          </ul>
        </section>
      ))}
    </SetupFrame>
  );
}

function Reading({ preview, names }: Pick<PreviewOfProps, 'preview' | 'names'>) {
  const { readiness, unread, missingGroups } = preview;
  const shown = missingGroups.slice(0, MISSING_SHOWN).map((id) => named(id, names));
  return (
    <>
      {readiness !== 'complete' && (
        <Notice tone="neutral">
          <p>
            The directory was not read completely yet, so these numbers will grow. Nobody is removed before it
            was.
          </p>
          {unread.attributes.length > 0 && (
            <p>Still to be read: {keptForSetups(unread.attributes).join(', ') || 'attributes of users'}.</p>
          )}
        </Notice>
      )}
      {missingGroups.length > 0 && (
        <Notice tone="bad">
          <p>
            These groups are not in the directory any more: {shown.join(', ')}
            {missingGroups.length > MISSING_SHOWN && ` and ${missingGroups.length - MISSING_SHOWN} more`}.
            Nobody is removed because a group of the scope is gone, and nobody is added while a group that the
            setup excludes is gone.
          </p>
        </Notice>
      )}
    </>
  );
}
