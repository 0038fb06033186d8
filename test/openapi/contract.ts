import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020';
import addFormats from 'ajv-formats';
import { openapiDocument } from '../../src/functions/api/openapi';

export type Json = Record<string, unknown>;

export interface DocumentedOperation {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly pattern: RegExp;
  readonly operation: {
    readonly parameters?: readonly { name: string; in: string; required: boolean }[];
    readonly requestBody?: { content: Record<string, { schema: Json; examples: Record<string, { value: unknown }> }> };
    readonly responses: Readonly<
      Record<string, { content?: Record<string, { schema?: Json }>; headers?: Record<string, unknown> }>
    >;
  };
}

export const document = openapiDocument() as Json & {
  paths: Record<string, Record<string, DocumentedOperation['operation'] & { operationId: string }>>;
  components: { schemas: Record<string, Json> };
};

const escaped = (text: string): string => text.replace(/[.*+?^$()|[\]\\]/g, '\\$&');

export const operations: readonly DocumentedOperation[] = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({
    id: operation.operationId,
    method: method.toUpperCase(),
    path,
    pattern: new RegExp(`^${escaped(path).replace(/\{\w+\}/g, '[^/]+')}$`),
    operation,
  })),
);

const ajv = new Ajv2020({ allErrors: true, strict: false });
addFormats(ajv);
// what a document refers to lies in the document itself
ajv.addSchema({ $id: 'document', components: document.components });
const known = new Map<string, ValidateFunction>();

/** What is wrong with a value by a schema of the document; empty where nothing is. */
export function faultsBy(schema: Json, value: unknown): string[] {
  const text = JSON.stringify(schema).replaceAll('"#/components/', '"document#/components/');
  const validate = known.get(text) ?? ajv.compile(JSON.parse(text) as Json);
  known.set(text, validate);
  validate(value);
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  );
}

/** The operation that a request is. */
export function operationOf(method: string, path: string): DocumentedOperation {
  const found = operations.find((each) => each.method === method && each.pattern.test(path));
  if (!found) throw new Error(`${method} ${path} is not documented.`);
  return found;
}

/** An answer as the document allows it: status, content type, body, and headers by name. Empty where it does. */
export function faultsOfAnswer(
  { operation, id }: DocumentedOperation,
  answer: { status: number; headers: Headers; body: string },
): string[] {
  const documented = operation.responses[String(answer.status)];
  if (!documented) return [`${id} answers ${answer.status}, which is not documented: ${answer.body.slice(0, 300)}`];
  const type = (answer.headers.get('content-type') ?? '').split(';')[0] ?? '';
  const content = documented.content ?? {};
  if (Object.keys(content).length === 0)
    return answer.body === '' ? [] : [`${id} ${answer.status}: a body that is not documented`];
  const media = content[type] ?? content['*/*'];
  if (!media) return [`${id} ${answer.status}: ${type} is not documented`];
  const faults = media.schema ? faultsBy(media.schema, JSON.parse(answer.body)) : [];
  return faults.map((fault) => `${id} ${answer.status}: ${fault}`);
}
