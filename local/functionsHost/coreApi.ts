import Module from 'node:module';
import type { FunctionMetadata, Invocation, TypedData } from './protocol';
import { log } from './log';

type Callback = (...args: unknown[]) => unknown;

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
  private readonly refusals: string[] = [];
  private model: ProgrammingModel | undefined;
  private closed = false;

  /** Answers every later `require('@azure/functions-core')` in this process. */
  install(): void {
    const loader = Module as unknown as { _load: (request: string, ...rest: unknown[]) => unknown };
    const load = loader._load.bind(loader);
    const api = this.asModule();
    loader._load = (request, ...rest) => (request === '@azure/functions-core' ? api : load(request, ...rest));
  }

  /** Ends registration. Answers what the app asked for that this host does not have. */
  async close(): Promise<string[]> {
    this.closed = true;
    const capabilities = (await this.model?.getCapabilities({})) ?? {};
    if ('HttpUri' in capabilities) this.refusals.push('app.setup({ enableHttpStream: true })');
    return this.refusals.map((what) => `${what} is not supported by this host`);
  }

  /** Runs one function as the real worker does: arguments, handler, response. */
  async invoke(invocationId: string, request: Invocation): Promise<TypedData | null> {
    const found = this.functions.get(request.functionName.toLowerCase());
    if (!found || !this.model) throw new Error(`Function '${request.functionName}' is not registered.`);
    const { metadata, callback } = found;
    const coreContext = {
      invocationId,
      metadata,
      request: { ...request, invocationId },
      state: undefined,
      log: (level: string, _category: string, message: string) => log(level, metadata.name, message),
    };
    const model = this.model.getInvocationModel(coreContext);
    const { context, inputs } = await model.getArguments();
    const result = await model.invokeFunction(context, inputs, callback);
    return (await model.getResponse(context, result)).returnValue ?? null;
  }

  private asModule(): object {
    return {
      version: '3.9.1',
      hostVersion: '4.1037.0',
      Disposable,
      // what the library says of itself is of interest only when something is wrong
      log: (level: string, category: string, message: string) =>
        level !== 'information' && log(level, category, message),
      setProgrammingModel: (model: ProgrammingModel) => (this.model = model),
      getProgrammingModel: () => this.model,
      registerFunction: (metadata: FunctionMetadata, callback: Callback) => this.register(metadata, callback),
      registerHook: (name: string) => this.refuseHook(name),
    };
  }

  private register(metadata: FunctionMetadata, callback: Callback): Disposable {
    const key = metadata.name.toLowerCase();
    if (this.closed) throw new Error(`Function '${metadata.name}' was registered after the app had started.`);
    if (this.functions.has(key)) throw new Error(`A function named '${metadata.name}' is already registered.`);
    this.functions.set(key, { metadata, callback });
    return new Disposable(() => this.functions.delete(key));
  }

  private refuseHook(name: string): Disposable {
    this.refusals.push(`app.hook.${name}`);
    return new Disposable(() => undefined);
  }
}
