import { join } from 'node:path';
import type { GraphEmulatorConfig } from '../graph/config.js';
import type { LocalCertificate } from '../certificate/certificate-authority.js';
import { consentAppsAt } from '../graph/samples/consent-apps.js';
import { azuriteAnswers, azuriteCommand } from '../tables/azurite.js';
import { consentSecrets, publicUrlOf } from './consent-settings.js';
import type { PartCommand } from './part.js';
import {
  inheritedEnvironment,
  productionSettings,
  WORKER_ARGUMENTS,
  type StackAddresses,
} from './production-settings.js';
import { builtProgram, projectFolder } from './project.js';
import type { StackOptions } from './stack-options.js';
import type { StackPorts } from './stack-ports.js';

/** Everything that the parts' commands are made of. */
export interface StackPlan {
  readonly options: StackOptions;
  /** Where the stack keeps its files, for good or until it ends. */
  readonly folder: string;
  readonly ports: StackPorts;
  readonly addresses: StackAddresses;
  readonly certificate: LocalCertificate;
  readonly trustFile: string;
  readonly identityHeader: string;
}

/** A folder for a part that keeps data only where the stack does. */
function keptFolder(plan: StackPlan, name: string): { dataFolder?: string } {
  return plan.options.dataFolder === undefined ? {} : { dataFolder: join(plan.folder, name) };
}

function environment(config: Readonly<Record<string, unknown>>): Record<string, string> {
  const variables = inheritedEnvironment(process.env);
  for (const [name, value] of Object.entries(config)) variables[name] = JSON.stringify(value);
  return variables;
}

export function vaultCommand(plan: StackPlan): PartCommand {
  const config = {
    port: plan.ports.vault,
    tls: plan.certificate,
    ...keptFolder(plan, 'vault'),
    identity: { port: plan.ports.identity, header: plan.identityHeader },
    seeds: consentSecrets(plan.addresses),
  };
  return {
    name: 'vault',
    entry: builtProgram('local/vault/main.js'),
    env: environment({ VAULT_CONFIG: config }),
    readiness: { kind: 'announced' },
  };
}

export function tablesCommand(plan: StackPlan): PartCommand {
  const { ports, certificate } = plan;
  return {
    name: 'tables',
    ...azuriteCommand({ port: ports.tables, tls: certificate, ...keptFolder(plan, 'tables') }),
    env: environment({}),
    cwd: plan.folder,
    nodeOptions: plan.options.nodeOptions,
    // It saves its tables on SIGINT, and has no answer to SIGTERM.
    stopSignal: 'SIGINT',
    readiness: { kind: 'probed', probe: () => azuriteAnswers(ports.tables, certificate.certFile) },
  };
}

/** The broker always has a folder: a test may kill it and start it again within one stack. */
export function busCommand(plan: StackPlan): PartCommand {
  const config = {
    port: plan.ports.bus,
    controlPort: plan.ports.busControl,
    tls: plan.certificate,
    dataFolder: join(plan.folder, 'bus'),
    queues: {
      'sync-jobs': {
        requiresSession: true,
        duplicateDetectionWindowMs: 10 * 60 * 1000,
        lockDurationMs: plan.options.lockDurationMs ?? 30_000,
        maxDeliveryCount: 10,
      },
    },
  };
  return {
    name: 'bus',
    entry: builtProgram('local/service-bus/main.js'),
    env: environment({ BROKER_CONFIG: config }),
    readiness: { kind: 'announced' },
  };
}

/** The Graph and login emulator, or null with another Graph. */
export function graphCommand(plan: StackPlan): PartCommand | null {
  const graph = plan.options.graph ?? { kind: 'emulator' };
  if (graph.kind !== 'emulator') return null;
  const config: GraphEmulatorConfig = {
    samples: false,
    consentApps: consentAppsAt(publicUrlOf(plan.addresses, plan.options.settings)),
    ...graph.settings,
    port: plan.ports.graph,
    loginPort: plan.ports.login,
    controlPort: plan.ports.graphControl,
    tls: plan.certificate,
    ...keptFolder(plan, 'directory'),
  };
  return {
    name: 'graph',
    entry: builtProgram('local/graph/main.js'),
    env: { ...environment({ GRAPH_EMULATOR_CONFIG: config }), NODE_EXTRA_CA_CERTS: plan.trustFile },
    readiness: { kind: 'announced' },
  };
}

/** A functions host with the production app, or another app with the same settings. */
export function hostCommand(plan: StackPlan, index: number): PartCommand {
  const { options, ports } = plan;
  const settings = {
    ...productionSettings(plan.addresses, plan.identityHeader, plan.trustFile),
    ...options.settings,
  };
  const workerArguments = (settings[WORKER_ARGUMENTS] ?? '').split(' ').filter((argument) => argument !== '');
  return {
    name: index === 0 ? 'functions' : `functions-${index + 1}`,
    entry: builtProgram('local/functions-host/main.js'),
    args: [
      ...['--app', options.app ?? builtProgram('functions/main.js')],
      ...['--port', String(ports.functions[index])],
      ...['--host-json', options.hostJson ?? join(projectFolder, 'host.json')],
    ],
    nodeOptions: [...workerArguments, ...(options.nodeOptions ?? [])],
    env: { ...inheritedEnvironment(process.env), ...settings },
    readiness: { kind: 'announced' },
  };
}
