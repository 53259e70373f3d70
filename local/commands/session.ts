import type { GraphControl } from '../graph/control-api.js';
import type { Stack } from '../stack/stack.js';
import type { MirrorReader } from './comparison/mirror-reader.js';
import type { ProductApi } from './product-api.js';
import type { ProgressDisplay } from './progress-display.js';
import type { StackClients } from './stack-clients.js';
import type { StartOptions } from './start-options.js';

/** All that the steps of a start work with, once the stack serves. */
export interface Session {
  readonly options: StartOptions;
  readonly stack: Stack;
  readonly display: ProgressDisplay;
  readonly api: ProductApi;
  /** The emulator's control; null with another Graph. */
  readonly control: GraphControl | null;
  readonly clients: StackClients;
  readonly mirror: MirrorReader;
  /** Aborts at Ctrl-C. */
  readonly interruption: AbortSignal;
}
