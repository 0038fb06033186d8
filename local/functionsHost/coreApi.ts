import Module from 'node:module';
import type { FunctionMetadata, Invocation, TypedData } from './protocol';
import { log } from './log';

type Callback = (...args: unknown[]) => unknown;
type HookName = 'appStart' | 'preInvocation' | 'postInvocation';

interface InvocationModel {
  getArguments(): Promise<{ context: unknown; inputs: unknown[] }>;
  invokeFunction(context: unknown, inputs: unknown[], callback: Callback): Promise<unknown>;
  getResponse(context: unknown, result: unknown): Promise<{ returnValue?: TypedData | null }>;
}

interface ProgrammingModel {
  getInvocationModel(context: object): InvocationModel;
  getCapabilities(capabilities: Record<string, string>): Promise<Record<string, string>>;
}

class Disposable {
  constructor(readonly dispose: () => void) {}
}

/** The seam at which the real worker meets @azure/functions: the module `@azure/functions-core`. */
export class CoreApi {
  readonly functions = new Map<string, { metadata: FunctionMetadata; callback: Callback }>();
  private readonly hooks: Record<HookName, Callback[]> = { appStart: [], preInvocation: [], postInvocation: [] };
  private readonly appHookData = {};
  private model: ProgrammingModel | undefined;
  private closed = false;

  /** Answers every later `require('@azure/functions-core')` in this process. */
  install(): void {
    const loader = Module as unknown as { _load: (request: string, ...rest: unknown[]) => unknown };
    const load = loader._load.bind(loader);
    const api = this.asModule();
    loader._load = (request, ...rest) => (request === '@azure/functions-core' ? api : load(request, ...rest));
  }

  /** Ends registration. Answers what the app switched on that this host does not have. */
  async close(): Promise<string[]> {
    this.closed = true;
    const capabilities = (await this.model?.getCapabilities({})) ?? {};
    for (const hook of this.hooks.appStart) await hook({ hookData: {}, appHookData: this.appHookData });
    return 'HttpUri' in capabilities ? ['app.setup({ enableHttpStream: true }) is not supported by this host'] : [];
  }

  /** Runs one function as the real worker does: arguments, hooks, handler, hooks, response. */
  async invoke(invocationId: string, request: Invocation): Promise<TypedData | null> {
    const found = this.functions.get(request.functionName.toLowerCase());
    if (!found || !this.model) throw new Error(`Function '${request.functionName}' is not registered.`);
    const { metadata, callback } = found;
    const coreContext = {
      invocationId,
      metadata,
      request: { ...request, invocationId },
      state: undefined as string | undefined,
      log: (level: string, _category: string, message: string) => log(level, metadata.name, message),
    };
    const model = this.model.getInvocationModel(coreContext);
    const { context, inputs } = await model.getArguments();
    const hook = {
      hookData: {},
      appHookData: this.appHookData,
      invocationContext: context,
      functionCallback: callback,
      inputs,
      result: undefined as unknown,
      error: undefined as unknown,
    };
    for (const before of this.hooks.preInvocation) await before(hook);
    try {
      hook.result = await model.invokeFunction(context, hook.inputs, hook.functionCallback);
    } catch (error) {
      hook.error = error;
    }
    coreContext.state = 'postInvocationHooks';
    for (const after of this.hooks.postInvocation) await after(hook);
    if (hook.error !== undefined) throw hook.error as Error;
    return (await model.getResponse(context, hook.result)).returnValue ?? null;
  }

  private asModule(): object {
    return {
      version: '3.9.1',
      hostVersion: '4.1037.0',
      Disposable,
      log: (level: string, category: string, message: string) => log(level, category, message),
      setProgrammingModel: (model: ProgrammingModel) => (this.model = model),
      getProgrammingModel: () => this.model,
      registerFunction: (metadata: FunctionMetadata, callback: Callback) => this.register(metadata, callback),
      registerHook: (name: string, callback: Callback) => this.registerHook(name, callback),
    };
  }

  private register(metadata: FunctionMetadata, callback: Callback): Disposable {
    const key = metadata.name.toLowerCase();
    if (this.closed) throw new Error(`Function '${metadata.name}' was registered after the app had started.`);
    if (this.functions.has(key)) throw new Error(`A function named '${metadata.name}' is already registered.`);
    this.functions.set(key, { metadata, callback });
    return new Disposable(() => this.functions.delete(key));
  }

  private registerHook(name: string, callback: Callback): Disposable {
    if (!(name in this.hooks)) throw new RangeError(`The hook '${name}' is not supported by this host.`);
    const hooks = this.hooks[name as HookName];
    hooks.push(callback);
    return new Disposable(() => void hooks.splice(hooks.indexOf(callback), 1));
  }
}
