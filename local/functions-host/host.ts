import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { AdminEndpoint } from './admin-endpoint.js';
import { FunctionRegistry, type RegisteredFunction } from './function-registry.js';
import { supplyFunctionsCore } from './functions-core.js';
import { readHostSettings, type Environment, type HostSettings } from './host-json.js';
import { HttpFrontEnd } from './http-server.js';
import { Invoker } from './invocation.js';
import { createLog, type Log } from './log.js';
import { RouteTable } from './route-table.js';
import { ServiceBusTrigger } from './service-bus-trigger.js';
import { TimerTrigger } from './timer-trigger.js';
import { Timers } from './timers.js';

/** Azure's front end ends an HTTP answer after this long, whatever functionTimeout says. */
const azureAnswerLimitMs = 230_000;
const defaultStopGraceMs = 8_000;

export interface FunctionsHostOptions {
  /** The app's entry module, ES module or CommonJS. */
  readonly app: string;
  /** 0 takes a free port. */
  readonly port: number;
  /** Path of host.json. */
  readonly hostJson: string;
  /** Where settings are read from; default this process's environment. */
  readonly environment?: Environment;
  /** Where log lines go; default standard output. */
  readonly write?: (line: string) => void;
  /** What follows a function that ran longer than functionTimeout; default ends the process with code 1. */
  readonly onFunctionTimeout?: (functionName: string) => void;
  /** Milliseconds after which an HTTP request is answered 504; default 230 s as on Azure. */
  readonly answerLimitMs?: number;
  /** Milliseconds a graceful stop waits for what runs; default 8 s, below the launcher's patience. */
  readonly stopGraceMs?: number;
}

export interface FunctionsHost {
  readonly port: number;
  /** What the app registered. */
  readonly functions: readonly { readonly name: string; readonly triggerType: string }[];
  /** Runs a timer now; resolves when it is done. @throws Error for what is no timer, or what the function threw. */
  fire(name: string): Promise<void>;
  /** Stops gracefully: takes nothing new, lets what runs finish (up to the grace), leaves the broker. */
  close(): Promise<void>;
}

/**
 * Loads a function app and serves it as the Azure Functions host and the App Service platform in front of it would:
 * HTTP routes with sign-in, timers, and Service Bus queues with sessions. The app registers its functions, at import,
 * into state of the process: one process can have one host.
 *
 * Every HTTP function is served as `authLevel: anonymous`; function and admin keys are not played.
 *
 * @throws Error when host.json, the app, one of its bindings or the port is not usable; nothing listens then.
 */
export async function startFunctionsHost(options: FunctionsHostOptions): Promise<FunctionsHost> {
  const environment = options.environment ?? process.env;
  const log = createLog(
    environment['HOST_LOG_LEVEL'],
    options.write ?? ((line) => process.stdout.write(line)),
  );
  const settings = readHostSettings(options.hostJson, environment);
  const registry = new FunctionRegistry();
  const invoker = new Invoker({
    registry,
    log,
    functionTimeoutMs: settings.functionTimeoutMs,
    onFunctionTimeout: options.onFunctionTimeout ?? (() => process.exit(1)),
  });
  await loadApp(options.app, registry, invoker, log);
  const parts = buildTriggers({ registry, invoker, log, settings, environment });
  const frontEnd = new HttpFrontEnd({
    routes: new RouteTable(registry.functions, settings.routePrefix),
    invoker,
    admin: new AdminEndpoint(parts.timers, log),
    log,
    answerLimitMs: options.answerLimitMs ?? azureAnswerLimitMs,
  });
  const port = await frontEnd.listen(options.port);
  parts.timers.startAll();
  for (const trigger of parts.queues) trigger.start();
  const graceMs = options.stopGraceMs ?? defaultStopGraceMs;
  return {
    port,
    functions: registry.functions.map((fn) => ({ name: fn.name, triggerType: fn.trigger.type })),
    fire: (name) => fire(parts.timers, name),
    close: () => stop({ ...parts, frontEnd, invoker, registry, log, graceMs }),
  };
}

/** The app trusts principal headers only where the platform says that it guards them, which this host does. */
async function loadApp(path: string, registry: FunctionRegistry, invoker: Invoker, log: Log): Promise<void> {
  process.env['WEBSITE_AUTH_ENABLED'] = 'True';
  supplyFunctionsCore(registry, log);
  await import(pathToFileURL(resolve(path)).href);
  const capabilities = await registry.model?.getCapabilities({ RawHttpBodyBytes: 'true' });
  if (capabilities?.['HttpUri'] !== undefined) {
    throw new Error('The app asks for enableHttpStream, which the local host does not serve.');
  }
  if (registry.functions.length === 0) log('warning', 'host', 'The app has registered no functions.');
  const functionAppDirectory = process.cwd();
  await registry.runHooks('appStart', {
    hookData: {},
    appHookData: invoker.appHookData,
    functionAppDirectory,
  });
}

interface TriggerParts {
  readonly registry: FunctionRegistry;
  readonly invoker: Invoker;
  readonly log: Log;
  readonly settings: HostSettings;
  readonly environment: Environment;
}

interface Triggers {
  readonly timers: Timers;
  readonly queues: readonly ServiceBusTrigger[];
}

function buildTriggers(parts: TriggerParts): Triggers {
  const { registry, invoker, log, settings, environment } = parts;
  const timers: TimerTrigger[] = [];
  const queues: ServiceBusTrigger[] = [];
  for (const fn of registry.functions) {
    naming(fn, () => {
      refuseOutputs(fn);
      switch (fn.trigger.type.toLowerCase()) {
        case 'httptrigger':
          return;
        case 'timertrigger':
          timers.push(new TimerTrigger(fn, invoker, log, environment));
          return;
        case 'servicebustrigger':
          queues.push(
            new ServiceBusTrigger({ fn, invoker, log, settings: settings.serviceBus, environment }),
          );
          return;
        default:
          throw new Error(`the trigger ${fn.trigger.type} is not served locally.`);
      }
    });
  }
  return { timers: new Timers(registry, timers), queues };
}

function naming(fn: RegisteredFunction, build: () => void): void {
  try {
    build();
  } catch (error) {
    throw new Error(`Function ${fn.name}: ${(error as Error).message}`, { cause: error });
  }
}

/** Better refused at the start than an output that goes nowhere. */
function refuseOutputs(fn: RegisteredFunction): void {
  for (const binding of Object.values(fn.metadata.bindings)) {
    if (binding === fn.trigger.binding || binding.type?.toLowerCase() === 'http') continue;
    throw new Error(`the ${binding.direction ?? ''} binding ${binding.type ?? ''} is not served locally.`);
  }
}

async function fire(timers: Timers, name: string): Promise<void> {
  const fired = timers.start(name);
  if (fired.kind !== 'started') throw new Error(`There is no timer function "${name}".`);
  await fired.done;
}

interface StopParts extends Triggers {
  readonly frontEnd: HttpFrontEnd;
  readonly invoker: Invoker;
  readonly registry: FunctionRegistry;
  readonly log: Log;
  readonly graceMs: number;
}

async function stop(parts: StopParts): Promise<void> {
  const { timers, queues, frontEnd, invoker, registry, log, graceMs } = parts;
  timers.stopAll();
  const drained = Promise.all([
    frontEnd.stopAccepting(),
    ...queues.map((queue) => queue.stop()),
    invoker.idle(),
  ]);
  let grace: NodeJS.Timeout | undefined;
  const patience = new Promise<'late'>((resolveLate) => {
    grace = setTimeout(() => resolveLate('late'), graceMs);
  });
  const outcome = await Promise.race([drained, patience]);
  clearTimeout(grace);
  if (outcome === 'late') {
    log('warning', 'host', `Stopping with ${invoker.runningCount} invocations still running.`);
    frontEnd.abort();
  }
  await registry.runHooks('appTerminate', { hookData: {}, appHookData: invoker.appHookData });
}
