import { setTimeout as delay } from 'node:timers/promises';
import { GraphControlClient } from '../graph/control-client.js';
import { keepsDirectory } from '../stack/data-folder.js';
import { PartFailed } from '../stack/part.js';
import { startStack, type Stack } from '../stack/stack.js';
import { POLLING_SETTINGS } from '../stack/polling-settings.js';
import type { GraphChoice, StackOptions, StackStep } from '../stack/stack-options.js';
import { TableMirror } from './comparison/table-mirror.js';
import { describeNextSteps } from './next-steps.js';
import { describeRealTenants } from './real-tenants.js';
import { ProductApi } from './product-api.js';
import { createProgressDisplay, endable, type ProgressDisplay, type Terminal } from './progress-display.js';
import { describeWarnings, watchRuns } from './run-watch.js';
import type { Session } from './session.js';
import { StartFailed } from './start-failure.js';
import { connectStackClients } from './stack-clients.js';
import type { StartOptions } from './start-options.js';
import { describeSummary } from './tenant-summary.js';
import { syncDrivenTenants, syncSampleTenants, type MeasuredSync } from './sync-tenants.js';
import { verifyTenants } from './verify-tenants.js';
import { createWarningDisplay } from './warning-display.js';

/** Those of the Functions host and of Azurite. */
const usualPorts = { functions: 7071, tables: 10002 };
const healthDeadlineMs = 60_000;
const partEndNoticedMs = 1_000;

/**
 * Starts the stack, connects and syncs its tenants, and stays up until it is interrupted, or with `once` until
 * the syncs were checked. Answers the exit code; everything is ended when it does.
 *
 * @throws {FolderUnusable | PortTaken | PartFailed | StartFailed} when the stack does not come up, or a part of it fails
 */
export async function runStartCommand(
  options: StartOptions,
  terminal: Terminal,
  interruption: AbortSignal,
): Promise<number> {
  const display = endable(createProgressDisplay(terminal));
  noteKeptDirectory(options, display);
  const stack = await startStack(stackOptions(options, display));
  let ending = 'Ending the local stack';
  try {
    const session = await openSession(options, stack, display, interruption);
    return await Promise.race([
      runSession(session),
      stack.failed.then((failure) => Promise.reject(failure)),
      untilInterrupted(interruption).then(() => (options.once ? 130 : 0)),
    ]);
  } catch (error) {
    const cause = await causeOf(error, stack);
    // Ending the other parts may take half a minute, so the part that ended is named first.
    if (cause instanceof PartFailed) ending = `${cause.headline} ${ending}`;
    throw cause;
  } finally {
    const done = display.end(ending);
    await stack.close();
    done();
  }
}

/** A part that ended explains every other failure, and may be noticed a moment after what it caused. */
async function causeOf(error: unknown, stack: Stack): Promise<unknown> {
  return await Promise.race([stack.failed, delay(partEndNoticedMs, error)]);
}

/** Sizes count when the sample tenants are made; the same command may well be given twice, so this is no fault. */
function noteKeptDirectory({ dataFolder, sampleSize }: StartOptions, display: ProgressDisplay): void {
  if (dataFolder === null || sampleSize === null || !keepsDirectory(dataFolder)) return;
  display.line(
    `${dataFolder} holds its sample tenants already: they stay as they are, whatever --users and --groups say.`,
  );
}

function stackOptions(options: StartOptions, display: ProgressDisplay): StackOptions {
  const { dataFolder, functionsPort, tablesPort } = options;
  return {
    ...(dataFolder !== null && { dataFolder }),
    ...(functionsPort !== null && { functionsPort }),
    ...(tablesPort !== null && { tablesPort }),
    usualPorts,
    graph: graphChoice(options),
    ...(options.real && { settings: POLLING_SETTINGS }),
    onLine: createWarningDisplay((line) => display.line(line)),
    onStep: (step) => showStep(display, step),
  };
}

function showStep(display: ProgressDisplay, step: StackStep): void {
  switch (step.kind) {
    case 'preparingCertificate':
      display.step('Preparing the certificate');
      break;
    case 'starting':
      display.step(`Starting ${step.parts.join(', ')}`);
      break;
    case 'serving':
      display.line(`  ${step.part} is up`);
      break;
  }
}

function graphChoice({ otherGraph, real, sampleSize }: StartOptions): GraphChoice {
  if (otherGraph !== null) {
    const { graphUrl, loginUrl, authorityFile } = otherGraph;
    return { kind: 'other', graphUrl, loginUrl, ...(authorityFile !== null && { authorityFile }) };
  }
  return real ? { kind: 'microsoft' } : { kind: 'emulator', settings: { samples: sampleSize ?? {} } };
}

async function openSession(
  options: StartOptions,
  stack: Stack,
  display: ProgressDisplay,
  interruption: AbortSignal,
): Promise<Session> {
  const { functionsUrl, graphControlUrl } = stack.addresses;
  const clients = await connectStackClients(stack);
  return {
    options,
    stack,
    display,
    api: new ProductApi(functionsUrl),
    control: graphControlUrl === null ? null : new GraphControlClient(graphControlUrl),
    clients,
    mirror: new TableMirror((name) => clients.table(name)),
    interruption,
  };
}

async function runSession(session: Session): Promise<number> {
  const { options, display, stack, api, control, interruption } = session;
  display.step('Waiting until the app is ready');
  await untilHealthy(session);
  display.line(`ready ${stack.addresses.functionsUrl}`);
  const syncs = await syncTenants(session);
  if (syncs.length > 0) {
    display.step('Counting rows');
    display.line(`\n${await describeSummary(session, syncs)}\n`);
  }
  for (const { sync } of syncs) for (const line of describeWarnings(sync, sync.run)) display.line(line);
  if (options.once) return (await verifyTenants(session, syncs)) ? 0 : 1;
  display.step(null);
  for (const { sync } of syncs) {
    if (sync.run.error != null) display.line(`${sync.displayName}: ${sync.run.error.message}`);
  }
  await showNextSteps(session, syncs);
  if (options.live && control !== null) await control.setLive(syncs.map(({ sync }) => sync.tenantId));
  await watchRuns(api, (line) => display.line(line), interruption);
  return 0;
}

async function syncTenants(session: Session): Promise<MeasuredSync[]> {
  if (session.control !== null) return await syncSampleTenants(session);
  if (session.options.once) return await syncDrivenTenants(session);
  const { real, otherGraph } = session.options;
  const { functionsUrl } = session.stack.addresses;
  if (real) session.display.line(describeRealTenants(functionsUrl, otherGraph === null ? 'global' : 'local'));
  else session.display.line('Connect tenants with POST /api/v1/tenants and "cloud": "local".');
  return [];
}

async function untilHealthy({ api, interruption, stack }: Session): Promise<void> {
  const endMs = performance.now() + healthDeadlineMs;
  for (;;) {
    const fault = await api.notReady();
    if (fault === null || interruption.aborted) return;
    if (performance.now() > endMs) {
      const last = stack.output('functions').slice(-15).join('\n  ');
      throw new StartFailed(`The app is not ready after a minute: ${fault}\n  ${last}`);
    }
    await delay(100);
  }
}

async function showNextSteps(session: Session, syncs: readonly MeasuredSync[]): Promise<void> {
  const { display, api, stack } = session;
  const tenantId = syncs[0]?.sync.tenantId;
  if (tenantId !== undefined) {
    const first = async (list: string): Promise<string | null> =>
      ((await api.one(`/api/v1/tenants/${tenantId}/${list}`)) as { value: { id: string }[] }).value[0]?.id ??
      null;
    display.line(
      describeNextSteps({
        functionsUrl: stack.addresses.functionsUrl,
        controlUrl: stack.addresses.graphControlUrl,
        tenantId,
        groupId: await first('groups'),
        userId: await first('users'),
      }),
    );
  }
  display.line('\nRuns that end from now on are shown here. Ctrl-C ends the stack.');
}

async function untilInterrupted(interruption: AbortSignal): Promise<void> {
  if (interruption.aborted) return;
  await new Promise((resolve) => interruption.addEventListener('abort', resolve, { once: true }));
}
