import type { SetupTemplate } from '../../../../shared/core/setup/setup.js';
import { sessionPath } from '../addresses.js';
import type { Visitor } from '../door.js';
import { Frame, PostForm } from '../frame.js';
import { GroupChoices, GroupSearchField, SearchButton, SearchEnd, type GroupsFound } from './group-search.js';
import { FaultNotice } from './parts.js';
import { WHO } from './who-is-in.js';

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
    readonly isEverybody: boolean;
    /** Names of the groups ticked so far, by id; null for those not known. */
    readonly chosen: ReadonlyMap<string, string | null>;
  };
  /** What the tenant's organizations are called, by id. */
  readonly organizations: ReadonlyMap<string, string>;
  readonly problems: readonly NewSetupProblem[];
}

/** What the setup is called, whom it is for, and who is in: one form, whose search keeps what was entered. */
export function NewSetup(props: NewSetupProps) {
  const { visitor, template, given, problems } = props;
  const whole = problems.filter(({ field }) => field === 'form');
  return (
    <Frame visitor={visitor} page="setups" title={`Make a setup: ${template.document.designation}`}>
      <FaultNotice faults={whole.map(({ message }) => ({ place: 'elsewhere', index: null, message }))} />
      <PostForm visitor={visitor} path={sessionPath(visitor.tenant.tenantId, 'new-setup')}>
        <input type="hidden" name="template" value={template.templateId} />
        <Designation value={given.designation} problems={problems} />
        <Organization {...props} />
        <WhoIsIn {...props} />
        <button type="submit">Make the setup</button>
      </PostForm>
      <p class="hint">It is not started by that: look at the preview first.</p>
    </Frame>
  );
}

function WhoIsIn({ found, given, problems }: NewSetupProps) {
  const isWrong = problems.some(({ field }) => field === 'groupIds');
  const described = isWrong ? { 'aria-describedby': 'groupIds-problem' } : {};
  return (
    <fieldset>
      <legend>Who is in</legend>
      <Problem field="groupIds" problems={problems} />
      <label class="choice">
        <input type="radio" name={WHO} value="everybody" checked={given.isEverybody} {...described} />{' '}
        Everybody in the directory
      </label>
      <label class="choice">
        <input type="radio" name={WHO} value="groups" checked={!given.isEverybody} {...described} /> The
        members of the groups ticked here, those of nested groups too
      </label>
      <GroupSearchField found={found} />
      <SearchButton />
      <GroupChoices
        found={found}
        type="checkbox"
        name="groupIds"
        chosen={given.chosen}
        problem={isWrong ? 'groupIds-problem' : null}
      />
      <SearchEnd found={found} />
    </fieldset>
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

/** Asked only if the directory serves several. */
function Organization({ visitor, organizations, given, problems }: NewSetupProps) {
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
          <option key={id} value={id} selected={id === given.organizationId}>
            {organizations.get(id) ?? id}
          </option>
        ))}
      </select>
    </div>
  );
}
