import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureCertificate, writeTrustBundle } from '../certificate/certificate-authority.js';
import {
  busCommand,
  graphCommand,
  hostCommand,
  tablesCommand,
  vaultCommand,
  type StackPlan,
} from './part-commands.js';
import { prepareDataFolder } from './data-folder.js';
import type { PartFailed } from './part.js';
import {
  drawIdentityHeader,
  productionSettings,
  stackAddresses,
  type StackAddresses,
} from './production-settings.js';
import { chooseStackPorts } from './stack-ports.js';
import type { StackOptions, StackStep } from './stack-options.js';
import { SupervisedPart } from './supervised-part.js';

/** A running local stack: every part in a process of its own. */
export interface Stack {
  readonly addresses: StackAddresses;
  /** The base address of each functions host. */
  readonly hostUrls: readonly string[];
  /** The settings that the production app runs with, for a client that wants to be the app. */
  readonly settings: Readonly<Record<string, string>>;
  /** PEM file of the stack's certificate authority. */
  readonly certFile: string;
  /** Resolves when a part ended without being asked to; the stack should then be closed. */
  readonly failed: Promise<PartFailed>;
  /** What a part wrote, over all its lives: `graph`, `bus`, `vault`, `tables`, `functions`, `functions-2` … */
  output(part: string): readonly string[];
  /** The process of a part, null while it is down. */
  pid(part: string): number | null;
  /** SIGKILL to a functions host, by its index; resolves when the process is gone. */
  killHost(index?: number): Promise<void>;
  /** Ends a functions host in order, as a deployment does. */
  stopHost(index?: number): Promise<void>;
  startHost(index?: number): Promise<void>;
  killBroker(): Promise<void>;
  startBroker(): Promise<void>;
  /** Ends every part, the hosts first, and removes the temporary folder. */
  close(): Promise<void>;
}

/**
 * Starts the whole stack and waits until every part serves.
 *
 * @throws {FolderUnusable} when nothing can be kept in the data folder
 * @throws {PortTaken} when a port that was asked for is in use
 * @throws {PartFailed} when a part does not come to serve; everything is ended again
 */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const folder = await prepareFolder(options);
  const removeFolder = async (): Promise<void> => {
    if (options.dataFolder === undefined) await rm(folder, { recursive: true, force: true });
  };
  try {
    return await new RunningStack(await makePlan(options, folder), removeFolder).start();
  } catch (error) {
    await removeFolder();
    throw error;
  }
}

async function prepareFolder(options: StackOptions): Promise<string> {
  if (options.dataFolder === undefined) return await mkdtemp(join(tmpdir(), 'rollcall-'));
  await prepareDataFolder(options.dataFolder);
  return options.dataFolder;
}

async function makePlan(options: StackOptions, folder: string): Promise<StackPlan> {
  const graph = options.graph ?? { kind: 'emulator' };
  const ports = await chooseStackPorts(options);
  options.onStep?.({ kind: 'preparingCertificate' });
  const certificate = await ensureCertificate(join(folder, 'certificate'));
  const otherAuthority = graph.kind === 'other' ? graph.authorityFile : undefined;
  return {
    options,
    folder,
    ports,
    addresses: stackAddresses(ports, graph),
    certificate,
    trustFile: await writeTrustBundle(join(folder, 'certificate'), certificate, otherAuthority),
    identityHeader: drawIdentityHeader(),
  };
}

class RunningStack implements Stack {
  readonly addresses: StackAddresses;
  readonly hostUrls: readonly string[];
  readonly settings: Readonly<Record<string, string>>;
  readonly certFile: string;
  readonly failed: Promise<PartFailed>;
  private readonly foundation: readonly SupervisedPart[];
  private readonly bus: SupervisedPart;
  private readonly hosts: readonly SupervisedPart[];
  private readonly onStep: (step: StackStep) => void;

  constructor(
    plan: StackPlan,
    private readonly removeFolder: () => Promise<void>,
  ) {
    let fail: (failure: PartFailed) => void = () => undefined;
    this.failed = new Promise((resolve) => (fail = resolve));
    const { onLine, onStep } = plan.options;
    this.onStep = (step) => onStep?.(step);
    const supervision = {
      onLine,
      onReady: (part: string) => this.onStep({ kind: 'serving', part }),
      onFailed: (failure: PartFailed) => fail(failure),
    };
    const graph = graphCommand(plan);
    this.bus = new SupervisedPart(busCommand(plan), supervision);
    this.foundation = [
      ...[vaultCommand(plan), tablesCommand(plan), ...(graph === null ? [] : [graph])].map(
        (command) => new SupervisedPart(command, supervision),
      ),
      this.bus,
    ];
    this.hosts = plan.ports.functions.map(
      (_port, index) => new SupervisedPart(hostCommand(plan, index), supervision),
    );
    this.addresses = plan.addresses;
    this.hostUrls = plan.ports.functions.map((port) => `http://localhost:${port}`);
    this.settings = {
      ...productionSettings(plan.addresses, plan.identityHeader, plan.trustFile),
      ...plan.options.settings,
    };
    this.certFile = plan.certificate.certFile;
  }

  async start(): Promise<this> {
    this.announce(this.foundation);
    const started = await Promise.allSettled(this.foundation.map((part) => part.start()));
    const refused = started.find((outcome) => outcome.status === 'rejected');
    try {
      if (refused !== undefined) throw refused.reason;
      this.announce(this.hosts);
      // A host may wait long for a part that has ended since it began to serve.
      await Promise.race([this.startHosts(), this.failed.then((failure) => Promise.reject(failure))]);
      return this;
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  private async startHosts(): Promise<void> {
    for (const host of this.hosts) await host.start();
  }

  private announce(parts: readonly SupervisedPart[]): void {
    this.onStep({ kind: 'starting', parts: parts.map(({ name }) => name) });
  }

  output(part: string): readonly string[] {
    return this.find(part).output();
  }

  pid(part: string): number | null {
    return this.find(part).pid;
  }

  killHost(index = 0): Promise<void> {
    return this.host(index).kill();
  }

  stopHost(index = 0): Promise<void> {
    return this.host(index).stop();
  }

  startHost(index = 0): Promise<void> {
    return this.host(index).start();
  }

  killBroker(): Promise<void> {
    return this.bus.kill();
  }

  startBroker(): Promise<void> {
    return this.bus.start();
  }

  async close(): Promise<void> {
    await Promise.all(this.hosts.map((part) => part.stop()));
    await Promise.all(this.foundation.map((part) => part.stop()));
    await this.removeFolder();
  }

  private host(index: number): SupervisedPart {
    const host = this.hosts[index];
    if (host === undefined) throw new Error(`There is no functions host ${index}.`);
    return host;
  }

  private find(name: string): SupervisedPart {
    const part = [...this.foundation, ...this.hosts].find((candidate) => candidate.name === name);
    if (part === undefined) throw new Error(`There is no part "${name}".`);
    return part;
  }
}
