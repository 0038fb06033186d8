import { createHash } from 'node:crypto';

/** The OpenAPI document as a page: no script, nothing from elsewhere, readable on paper. */

type Json = Readonly<Record<string, unknown>>;
const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
const objectOf = (value: unknown): Json => (isJson(value) ? value : {});
const listOf = (value: unknown): Json[] => (Array.isArray(value) ? value.filter(isJson) : []);
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

const style = `
:root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 20%, transparent); }
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1rem; }
nav ul { columns: 18rem; padding-left: 1rem; }
section { border-top: 1px solid var(--line); margin-top: 2rem; }
code, pre { font: .9em ui-monospace, monospace; }
pre { overflow-x: auto; padding: .75rem; border: 1px solid var(--line); border-radius: .25rem; }
.table { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 1rem; }
th, td { text-align: left; vertical-align: top; padding: .25rem .75rem .25rem 0; border-bottom: 1px solid var(--line); }
.method { font-weight: 600; margin-right: .5rem; }
`;
const styleHash = createHash('sha256').update(style).digest('base64');

/** What a browser may do on this page: apply its own style, and nothing else. */
export const docsPolicy = `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;

export function docsPage(document: Json): string {
  const info = objectOf(document['info']);
  const operations = operationsOf(document);
  const tags = listOf(document['tags']).map(({ name, description }) => ({
    name: textOf(name),
    description: textOf(description),
  }));
  const ofTag = (tag: string): Operation[] =>
    operations.filter(({ json }) => textOf((json['tags'] as unknown[])[0]) === tag);
  return [
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">`,
    `<title>${escaped(textOf(info['title']))}: API</title><style>${style}</style></head><body><main>`,
    `<h1>${escaped(textOf(info['title']))}</h1><p>${prose(info['summary'])}</p><p>${prose(info['description'])}</p>`,
    `<p>The same for programs: <a href="/api/openapi.json">openapi.json</a> (OpenAPI ${escaped(textOf(document['openapi']))}, version ${escaped(textOf(info['version']))}).</p>`,
    '<nav aria-label="Contents">',
    ...tags.map(({ name }) => `<h2>${escaped(name)}</h2><ul>${ofTag(name).map(entry).join('')}</ul>`),
    '</nav>',
    ...tags.flatMap(({ name, description }) => [
      `<section><h2>${escaped(name)}</h2><p>${prose(description)}</p>`,
      ...ofTag(name).map((each) => operationPart(each, document)),
      '</section>',
    ]),
    `<section><h2>Schemas</h2>${Object.entries(objectOf(objectOf(document['components'])['schemas']))
      .map(schemaPart)
      .join('')}</section>`,
    '</main></body></html>',
  ].join('\n');
}

interface Operation {
  readonly path: string;
  readonly method: string;
  readonly json: Json;
}
/** The door of people has the same operations: they are told once. */
const operationsOf = (document: Json): Operation[] =>
  Object.entries(objectOf(document['paths'])).flatMap(([path, methods]) =>
    path.startsWith('/my/')
      ? []
      : Object.entries(objectOf(methods)).map(([method, json]) => ({
          path,
          method: method.toUpperCase(),
          json: objectOf(json),
        })),
  );

const entry = ({ json }: Operation): string =>
  `<li><a href="#${escaped(textOf(json['operationId']))}">${escaped(textOf(json['summary']))}</a></li>`;

function operationPart({ path, method, json }: Operation, document: Json): string {
  const my = path.replace(/^\/api\//, '/my/');
  const alsoMy = my !== path && objectOf(document['paths'])[my] ? ` and <code>${escaped(my)}</code>` : '';
  const content = objectOf(objectOf(json['requestBody'])['content']);
  const body = objectOf(content['application/json']);
  return [
    `<article><h3 id="${escaped(textOf(json['operationId']))}">${escaped(textOf(json['summary']))}</h3>`,
    `<p><code><span class="method">${method}</span>${escaped(path)}</code>${alsoMy}</p>`,
    json['description'] ? `<p>${prose(json['description'])}</p>` : '',
    table(['Parameter', 'In', 'Type', ''], listOf(json['parameters']).map(parameterRow)),
    body['schema'] ? `<p>Body: ${typeOf(objectOf(body['schema']))}</p>` : '',
    ...Object.values(objectOf(body['examples'])).map(examplePart),
    table(['Answer', '', 'Headers'], Object.entries(objectOf(json['responses'])).map(answerRow)),
    '</article>',
  ].join('\n');
}

const parameterRow = ({ name, in: where, required, schema, description }: Json): string[] => [
  `<code>${escaped(textOf(name))}</code>${required === true ? ' (required)' : ''}`,
  escaped(textOf(where)),
  typeOf(objectOf(schema)),
  prose(description),
];

function examplePart(example: unknown): string {
  const { summary, value } = objectOf(example);
  return `<p>${escaped(textOf(summary))}:</p><pre>${escaped(JSON.stringify(value, null, 2))}</pre>`;
}

function answerRow([status, answer]: [string, unknown]): string[] {
  const { description, headers, content } = objectOf(answer);
  const schema = objectOf(Object.values(objectOf(content)).map(objectOf)[0]?.['schema']);
  const type = schema['$ref'] ? ` ${typeOf(schema)}` : '';
  return [
    status,
    `${prose(description)}${type}`,
    Object.keys(objectOf(headers))
      .map((name) => `<code>${escaped(name)}</code>`)
      .join(', '),
  ];
}

function schemaPart([name, schema]: [string, unknown]): string {
  const { description, properties, required } = objectOf(schema);
  const names = Array.isArray(required) ? required : [];
  const rows = Object.entries(objectOf(properties)).map(([field, of]): string[] => [
    `<code>${escaped(field)}</code>${names.includes(field) ? '' : ' (optional)'}`,
    typeOf(objectOf(of)),
    prose(objectOf(of)['description']),
  ]);
  const words = description ? `<p>${prose(description)}</p>` : '';
  return `<h3 id="schema-${escaped(name)}">${escaped(name)}</h3>${words}${table(['Member', 'Type', ''], rows)}`;
}

/** A schema in a few words. */
function typeOf(schema: Json): string {
  const ref = textOf(schema['$ref']).split('/').at(-1);
  if (ref) return `<a href="#schema-${escaped(ref)}">${escaped(ref)}</a>`;
  const choices = [schema['anyOf'], schema['oneOf'], schema['allOf']].flatMap(listOf);
  if (choices.length > 0) return choices.map(typeOf).join(' or ');
  if (Array.isArray(schema['enum']))
    return schema['enum'].map((each) => `<code>${escaped(String(each))}</code>`).join(', ');
  if ('const' in schema) return `<code>${escaped(JSON.stringify(schema['const']))}</code>`;
  if (schema['type'] === 'array') return `array of ${typeOf(objectOf(schema['items']))}`;
  const fields = Object.keys(objectOf(schema['properties'])).join(', ');
  if (fields !== '') return `{ ${escaped(fields)} }`;
  const limits = [
    schema['maxLength'] === undefined ? '' : `at most ${JSON.stringify(schema['maxLength'])} characters`,
  ].filter((each) => each !== '');
  return escaped([textOf(schema['format']) || textOf(schema['type']) || 'anything', ...limits].join(', '));
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return '';
  const head = heads.map((each) => `<th scope="col">${each}</th>`).join('');
  const body = rows.map((row) => `<tr>${row.map((cell) => `<td>${cell}</td>`).join('')}</tr>`).join('');
  return `<div class="table"><table><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>`;
}

/** Words with \`code\` in them. */
const prose = (text: unknown): string => escaped(textOf(text)).replace(/`([^`]+)`/g, '<code>$1</code>');

const escaped = (text: string): string => text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
