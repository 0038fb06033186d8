/** A value on its way between host and worker, in the shape that @azure/functions reads and writes. */
export interface TypedData {
  string?: string;
  json?: string;
  bytes?: Uint8Array;
  int?: number;
  double?: number;
  http?: HttpData;
  modelBindingData?: { version: string; source: string; contentType: string; content: Uint8Array };
}

/** A request (method, url, params, query) or a response (statusCode, cookies). */
export interface HttpData {
  method?: string;
  url?: string;
  headers?: Record<string, string>;
  params?: Record<string, string>;
  query?: Record<string, string>;
  body?: TypedData | null;
  statusCode?: string;
  cookies?: HttpCookie[];
}

/** Members come wrapped (`{ value }`) where the library allows null. */
export interface HttpCookie {
  name: string;
  value: string;
  domain?: { value: string } | null;
  path?: { value: string } | null;
  expires?: { value: { seconds: number } } | null;
  secure?: { value: boolean } | null;
  httpOnly?: { value: boolean } | null;
  maxAge?: { value: number } | null;
  sameSite?: 'none' | 'lax' | 'strict' | 'explicitNone';
}

/** One trigger, input or output as the app declared it; further members depend on `type`. */
export interface BindingInfo {
  type: string;
  direction: 'in' | 'out';
  properties?: Record<string, string>;
  [option: string]: unknown;
}

/** What the app registers under one name. */
export interface FunctionMetadata {
  name: string;
  bindings: Record<string, BindingInfo>;
  retryOptions?: unknown;
}

/** One call of a function. */
export interface Invocation {
  functionName: string;
  inputData: { name: string; data: TypedData }[];
  triggerMetadata?: Record<string, TypedData>;
}

export type ToWorker = { id: number } & Invocation;

export type FromWorker =
  | { kind: 'loaded'; functions: FunctionMetadata[]; refusals: string[] }
  | { kind: 'returned'; id: number; value: TypedData | null }
  | { kind: 'threw'; id: number; message: string; stack: string };
