import type { SetupTemplate } from '../../../../shared/core/setup/setup.js';
import { sessionPath } from '../addresses.js';
import type { Visitor } from '../door.js';
import { Frame, PostForm } from '../frame.js';
import { GroupChoices, GroupSearch, SearchEnd, SearchKept, type GroupsFound } from './group-search.js';
import { FaultNotice } from './parts.js';

export interface TemplatesProps {
  readonly visitor: Visitor;
  readonly templates: readonly SetupTemplate[];
  readonly next: string | null;
}

/** What a setup can be made from. */
export function Templates({ visitor, templates, next }: TemplatesProps) {
  const { tenant, invitedBy } = visitor;
  const here = sessionPath(tenant.tenantId, 'new-setup');
  return (
    <Frame visitor={visitor} page="setups" title="Make a setup">
      {templates.length === 0 ? (
        <p>There is no template to make one from. Ask {invitedBy} for one.</p>
      ) : (
        <>
          <p>Choose what it begins as. Nothing is made before the next page.</p>
          <ul>
            {templates.map(({ templateId, document }) => (
              <li key={templateId}>
                <a href={`${here}?template=${templateId}`}>{document.designation}</a>
              </li>
            ))}
          </ul>
        </>
      )}
      {next !== null && (
        <p>
          <a href={`${here}?after=${encodeURIComponent(next)}`}>More templates</a>
        </p>
      )}
    </Frame>
  );
}

/** What is wrong with one field of the form, or with all of it. */
export interface NewSetupProblem {
  readonly field: 'designation' | 'organizationId' | 'groupIds' | 'form';
  readonly message: string;
}

export interface NewSetupProps {
  readonly visitor: Visitor;
  readonly template: SetupTemplate;
  readonly found: GroupsFound;
  readonly given: {
    readonly designation: string;
    readonly organizationId: string;
    readonly groupIds: ReadonlySet<string>;
  };
  readonly problems: readonly NewSetupProblem[];
}

/** What the setup is called, whom it is for, and whose members are in. */
export function NewSetup({ visitor, template, found, given, problems }: NewSetupProps) {
  const { tenant } = visitor;
  const { templateId, document } = template;
  const here = sessionPath(tenant.tenantId, 'new-setup');
  const keeping = { template: templateId };
  const whole = problems.filter(({ field }) => field === 'form');
  const ofGroups = problems.some(({ field }) => field === 'groupIds');
  return (
    <Frame visitor={visitor} page="setups" title={`Make a setup: ${document.designation}`}>
      <FaultNotice faults={whole.map(({ message }) => ({ place: 'elsewhere', index: null, message }))} />
      <GroupSearch path={here} found={found} keeping={keeping} />
      <SearchEnd path={here} found={found} keeping={keeping} />
      <PostForm visitor={visitor} path={here}>
        <input type="hidden" name="template" value={templateId} />
        <SearchKept found={found} />
        <fieldset>
          <legend>Whose members are in</legend>
          <p class="hint">
            {document.scope.kind === 'directory'
              ? 'Choose groups, or none for everybody of the directory. More can be added later.'
              : 'Choose the group, or several. Members of nested groups are in too. More can be added later.'}
          </p>
          <Problem field="groupIds" problems={problems} />
          <GroupChoices
            found={found}
            type="checkbox"
            name="groupIds"
            chosen={given.groupIds}
            problem={ofGroups ? 'groupIds-problem' : null}
          />
        </fieldset>
        <Designation value={given.designation} problems={problems} />
        <Organization visitor={visitor} chosen={given.organizationId} problems={problems} />
        <button type="submit">Make the setup</button>
      </PostForm>
      <p class="hint">It is not started by that: look at the preview first.</p>
    </Frame>
  );
}

interface ProblemsOf {
  readonly problems: readonly NewSetupProblem[];
}

function Problem({ field, problems }: ProblemsOf & Pick<NewSetupProblem, 'field'>) {
  const wrong = problems.filter((problem) => problem.field === field);
  if (wrong.length === 0) return null;
  return (
    <p class="problem" id={`${field}-problem`} role="alert">
      {[...new Set(wrong.map(({ message }) => message))].join(' ')}
    </p>
  );
}

function Designation({ value, problems }: ProblemsOf & { readonly value: string }) {
  const isWrong = problems.some(({ field }) => field === 'designation');
  return (
    <div class={isWrong ? 'field wrong' : 'field'}>
      <label for="designation">Name of the setup</label>
      <Problem field="designation" problems={problems} />
      <input
        type="text"
        id="designation"
        name="designation"
        value={value}
        aria-invalid={isWrong}
        {...(isWrong ? { 'aria-describedby': 'designation-problem' } : {})}
      />
    </div>
  );
}

interface OrganizationProps extends ProblemsOf {
  readonly visitor: Visitor;
  readonly chosen: string;
}

/** Asked only where the directory serves several. */
function Organization({ visitor, chosen, problems }: OrganizationProps) {
  const { organizationIds } = visitor.tenant;
  if (organizationIds.length < 2)
    return (
      <>
        <input type="hidden" name="organizationId" value={organizationIds[0] ?? ''} />
        <Problem field="organizationId" problems={problems} />
        {organizationIds.length === 0 && (
          <p class="problem">
            This directory belongs to no organization yet: {visitor.invitedBy} has to enter that first.
          </p>
        )}
      </>
    );
  return (
    <div class="field">
      <label for="organizationId">For</label>
      <Problem field="organizationId" problems={problems} />
      <select id="organizationId" name="organizationId">
        {organizationIds.map((id) => (
          <option key={id} value={id} selected={id === chosen}>
            {id}
          </option>
        ))}
      </select>
    </div>
  );
}
