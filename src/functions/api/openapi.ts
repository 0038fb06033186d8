import * as z from 'zod';
import { httpStatusOf, UploadErrorCode } from '../../core/errors';
import { fault } from '../nylas/answers';
import { cloudEvent, problem } from './answers';
import {
  Answer,
  AnswerHeader,
  answerHeaders,
  Body,
  Named,
  Operation,
  RequestHeader,
  requestHeaders,
  Tag,
} from './operation';
import { Route, routes } from './routes';

type Json = Record<string, unknown>;

/** The version of the API, not of the app: it changes with what a client can see. */
const version = '1.0.0';

const tags: Readonly<Record<Tag, string>> = {
  Uploads: 'One file to one Outlook item, exactly once.',
  Deliveries: 'Several files to one item, and the one send.',
  Files: 'Bytes from a client.',
  Items: 'What a file can go to.',
  Health: 'Whether the app works.',
  Reference: 'This document.',
  Nylas: 'The API of Nylas v3, as far as attachments and sending go.',
};

/** Faults of the app itself, at every door. */
const always: readonly UploadErrorCode[] = ['Internal', 'NotConfigured', 'ServiceUnavailable'];
const nylasStatuses = [400, 401, 403, 404, 409, 410, 413, 422, 429, 500, 503, 504];

/** The OpenAPI 3.1 document, made of the routes and of the schemas that check requests and answers. */
export function openapiDocument(): Json {
  const paths: Record<string, Json> = {};
  const add = (path: string, { method }: Route, operation: Json): void => {
    (paths[path] ??= {})[method.toLowerCase()] = operation;
  };
  for (const [name, route] of Object.entries<Route>(routes)) {
    const { operation } = route;
    if (!operation) continue; // a page is no part of the API
    const documented = (door: string): string => `/${door}/${operation.path ?? route.route.replace(/^[^/]+\//, '')}`;
    if (route.route.startsWith('v3/')) add(`/${route.route}`, route, ofNylas(name, operation));
    else add(documented('api'), route, ofApi(name, operation, route));
    if (route.my !== undefined) add(documented('my'), route, ofPeople(name, operation));
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'blob-to-outlook',
      version,
      summary: 'Attaches files in Azure Blob Storage to Outlook items, exactly once.',
      description:
        'Errors are `application/problem+json` (RFC 9457) with a `code`; each is explained at its `type`. ' +
        'Below /v3 they have the shape of Nylas. Only the 401 of a missing function key is empty: it is the host’s own.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/', description: 'This app.' }],
    tags: Object.entries(tags).map(([name, description]) => ({ name, description })),
    paths,
    components: {
      schemas: schemasOf(Object.values<Route>(routes).flatMap(({ operation }) => operation ?? [])),
      securitySchemes: {
        functionKey: {
          type: 'apiKey',
          in: 'header',
          name: 'x-functions-key',
          description: 'A key of the function app.',
        },
        signedIn: {
          type: 'apiKey',
          in: 'cookie',
          name: 'AppServiceAuthSession',
          description: 'App Service authentication: the session of a person who signed in.',
        },
        nylasKey: { type: 'http', scheme: 'bearer', description: 'One of NYLAS_API_KEYS.' },
      },
    },
  };
}

function ofApi(name: string, operation: Operation, { authLevel }: Route): Json {
  const needsKey = authLevel === 'function';
  const own = needsKey ? { 401: { description: 'The function key is missing or wrong. The answer is empty.' } } : {};
  return {
    ...common(name, operation),
    security: needsKey ? [{ functionKey: [] }] : [],
    responses: { ...answersOf(operation), ...problemsOf([...operation.problems, ...always]), ...own },
  };
}

function ofPeople(name: string, operation: Operation): Json {
  const problems = [...operation.problems, ...always, 'NotSignedIn', 'NotYours'] as const;
  return {
    ...common(`my${name.charAt(0).toUpperCase()}${name.slice(1)}`, operation),
    security: [{ signedIn: [] }],
    responses: { ...answersOf(operation), ...problemsOf(problems) },
  };
}

function ofNylas(name: string, operation: Operation): Json {
  const refused = (status: number): Json => ({
    description: 'Refused.',
    ...(status === 429 || status === 503 ? headersOf(['Retry-After']) : {}),
    content: { 'application/json': { schema: refTo(fault) } },
  });
  return {
    ...common(name, operation),
    security: [{ nylasKey: [] }],
    responses: {
      ...Object.fromEntries(nylasStatuses.map((status) => [status, refused(status)])),
      ...answersOf(operation),
    },
  };
}

function common(operationId: string, operation: Operation): Json {
  const { summary, description, tag, parameters = {}, query, headers = [], body, callback } = operation;
  const all = [
    ...Object.entries(parameters).map(([name, words]) => parameter('path', name, words, { type: 'string' }, true)),
    ...(query ? queryParameters(query) : []),
    ...headers.map((name: RequestHeader) => parameter('header', name, requestHeaders[name], { type: 'string' }, false)),
  ];
  return {
    operationId,
    summary,
    ...(description === undefined ? {} : { description }),
    tags: [tag],
    ...(all.length > 0 ? { parameters: all } : {}),
    ...(body ? { requestBody: bodyOf(body) } : {}),
    ...(callback
      ? { callbacks: { ended: { '{$request.body#/callbackUrl}': { post: callbackOperation(operationId) } } } }
      : {}),
  };
}

const parameter = (where: string, name: string, description: string, schema: Json, required: boolean): Json => ({
  name,
  in: where,
  required,
  description,
  schema,
});

const queryParameters = (query: z.ZodObject): Json[] =>
  Object.entries(query.shape).map(([name, field]) => {
    const { description = '', ...schema } = clean(z.toJSONSchema(field, { io: 'input' }));
    const required = !(field as z.ZodType).safeParse(undefined).success;
    return parameter('query', name, String(description), schema, required);
  });

const bodyOf = ({ id, optional, examples }: Body): Json => ({
  required: optional === undefined,
  content: { 'application/json': { schema: { $ref: `#/components/schemas/${id}` }, examples } },
});

/** What the app asks of the address in `callbackUrl`. */
const callbackOperation = (operationId: string): Json => ({
  operationId: `${operationId}Ended`,
  summary: 'The end, told to callbackUrl',
  tags: ['Uploads'],
  parameters: ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) =>
    parameter('header', name, 'Standard Webhooks.', { type: 'string' }, true),
  ),
  requestBody: { required: true, content: { 'application/cloudevents+json': { schema: refTo(cloudEvent) } } },
  security: [],
  responses: {
    '2XX': { description: 'Taken.' },
    '410': { description: 'Nothing more is wanted.' },
    default: { description: 'Tried again, at most ten times within three days.' },
  },
});

const answersOf = ({ answers }: Operation): Json =>
  Object.fromEntries(Object.entries(answers).map(([status, each]: [string, Answer]) => [status, answerOf(each)]));

function answerOf({ description, body, headers = [] }: Answer): Json {
  const content =
    body &&
    ('schema' in body ? { 'application/json': { schema: refTo(body) } } : { [body.mediaType]: bytes(body.mediaType) });
  return {
    description,
    ...headersOf(headers),
    ...(content ? { content } : {}),
  };
}
const headersOf = (names: readonly AnswerHeader[]): Json =>
  names.length > 0 ? { headers: Object.fromEntries(names.map((name) => [name, headerOf(name)])) } : {};
const headerOf = (name: AnswerHeader): Json => ({ description: answerHeaders[name], schema: { type: 'string' } });
const bytes = (mediaType: string): Json => (mediaType === 'application/json' ? { schema: { type: 'object' } } : {});

/** What a problem of this status says in its headers. */
const problemHeaders: Readonly<Record<number, readonly AnswerHeader[]>> = {
  401: ['WWW-Authenticate'],
  503: ['Retry-After'],
};

/** Problems by status, each with the codes that it may have here. */
function problemsOf(codes: readonly UploadErrorCode[]): Json {
  const byStatus = new Map<number, UploadErrorCode[]>();
  for (const code of new Set(codes))
    byStatus.set(httpStatusOf(code), [...(byStatus.get(httpStatusOf(code)) ?? []), code]);
  const entries = [...byStatus].map(([status, those]) => {
    const schema = { allOf: [refTo(problem), { properties: { code: { enum: those } } }] };
    return [
      status,
      {
        description: those.map((code) => `\`${code}\``).join(', '),
        ...headersOf(problemHeaders[status] ?? []),
        content: { 'application/problem+json': { schema } },
      },
    ];
  });
  return Object.fromEntries(entries) as Json;
}

const refTo = ({ id }: Named): Json => ({ $ref: `#/components/schemas/${id}` });

/** Requests as they are sent, answers as they arrive: where a field has a default, the two differ. */
function schemasOf(operations: readonly Operation[]): Json {
  const requests = operations.flatMap(({ body }) => body ?? []);
  const answers = operations.flatMap((each) =>
    Object.values(each.answers).flatMap(({ body }) => (body && 'schema' in body ? [body] : [])),
  );
  return { ...converted(requests, 'input'), ...converted([...answers, problem, fault, cloudEvent], 'output') };
}

function converted(all: readonly Named[], io: 'input' | 'output'): Json {
  const registry = z.registry<{ id: string }>();
  for (const { id, schema } of new Set(all)) registry.add(schema, { id });
  const { schemas } = z.toJSONSchema(registry, { io, uri: (id) => `#/components/schemas/${id}` });
  return Object.fromEntries(Object.entries(schemas).map(([id, schema]) => [id, clean(schema)]));
}

/**
 * Without what says nothing to a reader: the addresses of each schema, the pattern that a format spells out, huge bounds. A
 * default is told in words: generators of clients take a field with `default` for one that must be sent.
 */
function clean(schema: object): Json {
  const cleaned = JSON.stringify(schema, (_name, value: unknown) => (isJson(value) ? withoutNoise(value) : value));
  return JSON.parse(cleaned) as Json;
}

const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

function withoutNoise(schema: Json): Json {
  const isHuge = (key: string): boolean => Math.abs(Number(schema[key])) === Number.MAX_SAFE_INTEGER;
  const dropped = [
    '$schema',
    '$id',
    'default',
    ...(schema['format'] === 'date-time' ? ['pattern'] : []),
    ...['maximum', 'minimum'].filter(isHuge),
  ];
  const kept = Object.fromEntries(Object.entries(schema).filter(([key]) => !dropped.includes(key)));
  const usual = schema['default'];
  if (usual === undefined || isJson(usual)) return kept;
  const { description } = schema;
  const words = typeof description === 'string' ? `${description} ` : '';
  return { ...kept, description: `${words}Default: ${JSON.stringify(usual)}.` };
}
