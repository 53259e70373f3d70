import type { SetupTemplate } from '../../../../shared/core/setup/setup.js';
import { sessionPath } from '../addresses.js';
import type { Visitor } from '../door.js';
import { Frame } from '../frame.js';

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
