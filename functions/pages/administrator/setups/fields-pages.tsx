import { effectiveFields, PRESET_FIELDS } from '../../../../shared/core/setup/presets.js';
import type { AttributeMapping, FieldMapping } from '../../../../shared/core/setup/setup.js';
import { htmlAnswer, seeOther } from '../../html-answer.js';
import type { Page } from '../../page.js';
import { setupPath, setupRoute } from '../addresses.js';
import type { Door } from '../door.js';
import { faultsAt, type PageFault } from './page-faults.js';
import { ChangeForm, FaultLines, SetupFrame } from './parts.js';
import type { SetupPagesDependencies } from './ports.js';
import { saveChange, visitSetup, type SetupVisit } from './visit.js';

/** Which of the setup's attributes are shared. */
export function fieldsPages(ports: SetupPagesDependencies, door: Door): Page[] {
  return [
    {
      name: 'administratorFieldsOfSetup',
      method: 'GET',
      path: setupRoute('fields'),
      async answer(call) {
        return htmlAnswer(<Fields visit={await visitSetup(ports, door, call, 'look')} faults={[]} />);
      },
    },
    {
      name: 'administratorChooseFields',
      method: 'POST',
      path: setupRoute('fields'),
      async answer(call) {
        const visit = await visitSetup(ports, door, call, 'form');
        const { tenantId, setupId, document } = visit.stored.value;
        const attributes = sharing(document.attributes, new Set(call.form.getAll('shared')));
        const faults = await saveChange(ports, visit, { ...document, attributes }, call.form);
        if (faults.length === 0) return seeOther(setupPath(tenantId, setupId));
        return htmlAnswer(<Fields visit={visit} faults={faults} />, { status: 422 });
      },
    },
  ];
}

/**
 * The same fields, of which these are shared. One of the preset that differs from it becomes the setup's own; one that
 * does not any more is left to the preset again.
 * @param shared names in the product; others are no fields of the setup and count for nothing
 */
function sharing(attributes: AttributeMapping, shared: ReadonlySet<string>): AttributeMapping {
  const preset = attributes.preset === null ? [] : PRESET_FIELDS[attributes.preset];
  const ofPreset = new Map(preset.map((field) => [field.to, field]));
  const fields = effectiveFields(attributes)
    .map((field) => ({ ...field, visible: shared.has(field.to) }))
    .filter((field) => !sameField(field, ofPreset.get(field.to)));
  return { ...attributes, fields };
}

function sameField(a: FieldMapping, b: FieldMapping | undefined): boolean {
  if (b === undefined) return false;
  return (
    a.from === b.from &&
    a.policy === b.policy &&
    a.visible === b.visible &&
    a.usableInRules === b.usableInRules
  );
}

interface FieldsProps {
  readonly visit: SetupVisit;
  readonly faults: readonly PageFault[];
}

function Fields({ visit, faults }: FieldsProps) {
  const { attributes } = visit.stored.value.document;
  const fields = effectiveFields(attributes);
  const ownIndex = (to: string): number => attributes.fields.findIndex((field) => field.to === to);
  return (
    <SetupFrame visit={visit} title="Attributes shared" faults={faults}>
      {fields.length === 0 ? (
        <p>This setup shares no attributes besides name, mail and user name.</p>
      ) : (
        <ChangeForm visit={visit} part="fields">
          <p>
            What is ticked is shown of each person, besides name, mail and user name. What is not ticked is
            never shown, whatever else it is used for.
          </p>
          <fieldset>
            <legend>Share</legend>
            {fields.map(({ from, to, visible }) => (
              <div key={to}>
                <FaultLines id={`field-${to}`} faults={faultsAt(faults, 'field', ownIndex(to))} />
                <label class="choice">
                  <input type="checkbox" name="shared" value={to} checked={visible} /> {to}
                  {from !== to && (
                    <span class="hint">
                      {' '}
                      from <code>{from}</code>
                    </span>
                  )}
                </label>
              </div>
            ))}
          </fieldset>
          <button type="submit">Save</button>
        </ChangeForm>
      )}
    </SetupFrame>
  );
}
