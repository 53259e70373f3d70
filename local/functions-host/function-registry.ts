import type {
  BindingInfo,
  FunctionCallback,
  FunctionMetadata,
  HookCallback,
  ProgrammingModel,
} from './core-types.js';

export interface RegisteredFunction {
  readonly name: string;
  readonly metadata: FunctionMetadata;
  readonly callback: FunctionCallback;
  readonly trigger: { readonly bindingName: string; readonly type: string; readonly binding: BindingInfo };
}

/** What the app has registered with its `app.*` calls: functions, hooks and the programming model itself. */
export class FunctionRegistry {
  readonly #functions = new Map<string, RegisteredFunction>();
  readonly #hooks = new Map<string, HookCallback[]>();
  #model: ProgrammingModel | undefined;

  /** @throws Error when the name is taken (names differ by more than case) or there is no trigger. */
  addFunction(metadata: FunctionMetadata, callback: FunctionCallback): () => void {
    const key = metadata.name.toLowerCase();
    if (this.#functions.has(key)) {
      throw new Error(`A function with name "${metadata.name}" has already been registered.`);
    }
    this.#functions.set(key, { name: metadata.name, metadata, callback, trigger: triggerOf(metadata) });
    return () => this.#functions.delete(key);
  }

  addHook(name: string, callback: HookCallback): () => void {
    this.#hooks.set(name, [...(this.#hooks.get(name) ?? []), callback]);
    return () =>
      this.#hooks.set(
        name,
        (this.#hooks.get(name) ?? []).filter((hook) => hook !== callback),
      );
  }

  setModel(model: ProgrammingModel): void {
    this.#model = model;
  }

  get model(): ProgrammingModel | undefined {
    return this.#model;
  }

  get functions(): readonly RegisteredFunction[] {
    return [...this.#functions.values()];
  }

  /** Function names are compared without case, as the real host does. */
  find(name: string): RegisteredFunction | undefined {
    return this.#functions.get(name.toLowerCase());
  }

  /** Runs the hooks of one kind one after another, in the order they were registered. */
  async runHooks(name: string, context: unknown): Promise<void> {
    for (const hook of this.#hooks.get(name) ?? []) await hook(context);
  }
}

function triggerOf(metadata: FunctionMetadata): RegisteredFunction['trigger'] {
  for (const [bindingName, binding] of Object.entries(metadata.bindings)) {
    if (binding.type !== undefined && /trigger$/i.test(binding.type)) {
      return { bindingName, type: binding.type, binding };
    }
  }
  throw new Error(`The function "${metadata.name}" has no trigger.`);
}
