import type { TakeAwayPorts } from '../../../shared/use-cases/obtain-consent/invited-tenant.js';
import type { KeptForSetupsPorts } from '../../../shared/use-cases/kept-for-setups.js';
import type { ConsentPorts, ConsentSettings } from '../../../shared/use-cases/obtain-consent/ports.js';

export interface ConsentPageDependencies
  extends
    Omit<ConsentPorts, 'directory'>,
    TakeAwayPorts,
    KeptForSetupsPorts,
    Pick<ConsentSettings, 'consentApps' | 'publicUrl'> {
  /** Where the deployment keeps its data; null where it does not say. */
  readonly dataRegion: string | null;
}
