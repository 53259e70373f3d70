import Module from 'node:module';
import type {
  FunctionCallback,
  FunctionMetadata,
  HookCallback,
  ProgrammingModel,
  RpcLogCategory,
  RpcLogLevel,
} from './core-types.js';
import type { FunctionRegistry } from './function-registry.js';
import type { Log } from './log.js';

type ModuleLoad = (request: string, ...rest: unknown[]) => unknown;

/** The versions the programming model is told; both are ones that serve every feature of 4.16. */
const workerVersion = '3.12.0';
const hostVersion = '4.1036.0';

class Disposable {
  readonly #release: () => unknown;

  constructor(release: () => unknown) {
    this.#release = release;
  }

  dispose(): void {
    this.#release();
  }
}

/**
 * Supplies the module `@azure/functions-core`, which only the real worker has, to whichever copy of
 * `@azure/functions` the app loads. That package is CommonJS and requires it by name, so the one place that sees the
 * request, whatever imported the package, is Node's CommonJS loader. It stays in place for the life of the process:
 * the programming model keeps what it got at the first `app.*` call, which is why a process has one host.
 */
export function supplyFunctionsCore(registry: FunctionRegistry, log: Log): void {
  const core = {
    version: workerVersion,
    hostVersion,
    Disposable,
    log: (level: RpcLogLevel, _category: RpcLogCategory, message: string) => log(level, 'host', message),
    registerHook: (name: string, callback: HookCallback) => new Disposable(registry.addHook(name, callback)),
    registerFunction: (metadata: FunctionMetadata, callback: FunctionCallback) =>
      new Disposable(registry.addFunction(metadata, callback)),
    setProgrammingModel: (model: ProgrammingModel) => registry.setModel(model),
    getProgrammingModel: () => registry.model,
  };
  const loader = Module as unknown as { _load: ModuleLoad };
  const load = loader._load;
  loader._load = function (this: unknown, request: string, ...rest: unknown[]) {
    return request === '@azure/functions-core' ? core : load.call(this, request, ...rest);
  };
}
