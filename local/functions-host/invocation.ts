import { randomBytes, randomUUID } from 'node:crypto';
import type {
  CoreInvocationContext,
  InvocationModel,
  InvocationRequest,
  InvocationResponse,
  RpcTypedData,
} from './core-types.js';
import type { FunctionRegistry, RegisteredFunction } from './function-registry.js';
import { describeError, type Log } from './log.js';

export interface InvokerOptions {
  readonly registry: FunctionRegistry;
  readonly log: Log;
  /** Milliseconds an invocation may take; undefined means without limit. */
  readonly functionTimeoutMs: number | undefined;
  /** The real host logs and restarts the worker, ending every invocation in it. */
  readonly onFunctionTimeout: (functionName: string) => void;
}

/** Runs functions through the programming model and counts what is running, so that a stop can wait for it. */
export class Invoker {
  readonly #options: InvokerOptions;
  readonly #appHookData: Record<string, unknown> = {};
  readonly #running = new Set<Promise<unknown>>();

  constructor(options: InvokerOptions) {
    this.#options = options;
  }

  /** Data that all hooks of the app share. */
  get appHookData(): Record<string, unknown> {
    return this.#appHookData;
  }

  get runningCount(): number {
    return this.#running.size;
  }

  /** Resolves when nothing is running. */
  async idle(): Promise<void> {
    while (this.#running.size > 0) await Promise.allSettled(this.#running);
  }

  /**
   * Runs one function once: hooks before, the function, hooks after.
   *
   * @throws whatever the function (or a hook) threw, after a log line about it.
   */
  async invoke(
    fn: RegisteredFunction,
    input: RpcTypedData,
    triggerMetadata: Record<string, RpcTypedData> = {},
  ): Promise<InvocationResponse> {
    const run = this.#run(fn, input, triggerMetadata);
    this.#running.add(run);
    try {
      return await run;
    } finally {
      this.#running.delete(run);
    }
  }

  async #run(
    fn: RegisteredFunction,
    input: RpcTypedData,
    triggerMetadata: Record<string, RpcTypedData>,
  ): Promise<InvocationResponse> {
    const { log } = this.#options;
    const category = `Function.${fn.name}`;
    const invocationId = randomUUID();
    const started = performance.now();
    const timer = this.#startTimeout(fn, invocationId);
    log('debug', category, `Executing (Id=${invocationId})`);
    try {
      const response = await this.#runModel(fn, requestOf(fn, invocationId, input, triggerMetadata));
      log('debug', category, `Executed (Succeeded, Id=${invocationId}, Duration=${elapsed(started)}ms)`);
      return response;
    } catch (error) {
      const outcome = `Executed (Failed, Id=${invocationId}, Duration=${elapsed(started)}ms)`;
      log('error', category, `${outcome} ${describeError(error)}`);
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  #startTimeout(fn: RegisteredFunction, invocationId: string): NodeJS.Timeout | undefined {
    const { functionTimeoutMs, log, onFunctionTimeout } = this.#options;
    if (functionTimeoutMs === undefined) return undefined;
    return setTimeout(() => {
      const limit = `Timeout value of ${functionTimeoutMs}ms exceeded`;
      log('error', 'host', `${limit} by function 'Functions.${fn.name}' (Id: '${invocationId}').`);
      onFunctionTimeout(fn.name);
    }, functionTimeoutMs);
  }

  async #runModel(fn: RegisteredFunction, request: InvocationRequest): Promise<InvocationResponse> {
    const { registry, log } = this.#options;
    const coreContext: CoreInvocationContext = {
      invocationId: request.invocationId,
      request,
      metadata: fn.metadata,
      state: undefined,
      log: (level, _category, message) => log(level, `Function.${fn.name}`, message),
    };
    const model = await registry.model?.getInvocationModel(coreContext);
    if (model === undefined) throw new Error('The app has registered functions without a programming model.');
    const { context, inputs } = await model.getArguments();
    const result = await this.#runWithHooks(fn, model, coreContext, { context, inputs });
    return model.getResponse(context, result);
  }

  /** A hook may change the inputs, the function, its result and its error, as in the real worker. */
  async #runWithHooks(
    fn: RegisteredFunction,
    model: InvocationModel,
    coreContext: CoreInvocationContext,
    call: { context: unknown; inputs: unknown[] },
  ): Promise<unknown> {
    const { registry } = this.#options;
    const shared = { hookData: {}, appHookData: this.#appHookData, invocationContext: call.context };
    const before = { ...shared, functionCallback: fn.callback, inputs: call.inputs };
    coreContext.state = 'preInvocationHooks';
    await registry.runHooks('preInvocation', before);
    const after = { ...shared, inputs: before.inputs, result: null as unknown, error: null as unknown };
    coreContext.state = 'invocation';
    try {
      after.result = await model.invokeFunction(call.context, before.inputs, before.functionCallback);
    } catch (error) {
      after.error = error ?? new Error('The function threw an empty value.');
    }
    coreContext.state = 'postInvocationHooks';
    await registry.runHooks('postInvocation', after);
    coreContext.state = undefined;
    if (after.error !== null && after.error !== undefined) throw asError(after.error);
    return after.result;
  }
}

function requestOf(
  fn: RegisteredFunction,
  invocationId: string,
  input: RpcTypedData,
  triggerMetadata: Record<string, RpcTypedData>,
): InvocationRequest {
  const traceParent = `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01`;
  return {
    invocationId,
    functionId: fn.name,
    inputData: [{ name: fn.trigger.bindingName, data: input }],
    triggerMetadata,
    traceContext: { traceParent, traceState: '', attributes: {} },
  };
}

function elapsed(started: number): number {
  return Math.round(performance.now() - started);
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(describeError(thrown));
}
