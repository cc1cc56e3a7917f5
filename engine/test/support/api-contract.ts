import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import type { Client, Reply } from './server.js';

export type Operation = {
  parameters?: { name: string; in: string }[];
  requestBody?: { content: { 'application/json': { schema: object } } };
  responses: Record<string, { content?: Record<string, { schema?: object }> }>;
};
type Schema = { properties: Record<string, unknown> };
export type Description = { paths: Record<string, Record<string, Operation>>; components: { schemas: Record<string, Schema> } };

/** Reads the description as this caller has it and holds calls of theirs to it. */
export async function contractOf(who: Client) {
  const document = (await who.get('/openapi.json')).body as Description;
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  (formats as unknown as (into: Ajv2020) => void)(ajv);
  ajv.addSchema(document, 'api');
  // Schemas of the document refer to each other from its root.
  const problems = (schema: object, value: unknown) => {
    const rooted = JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"api#/')) as object;
    const validate = ajv.compile(rooted);
    return validate(value) ? [] : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? ''}`);
  };
  const operation = (method: string, path: string): Operation => {
    const found = document.paths[path]?.[method];
    if (found === undefined) throw new Error(`${method} ${path} is not described`);
    return found;
  };
  return {
    document,
    fits: (method: string, path: string, body: unknown) => {
      const schema = operation(method, path).requestBody?.content['application/json'].schema;
      return schema === undefined ? ['takes no body'] : problems(schema, body);
    },
    /** What is wrong with an answer: nothing. */
    answers: ({ status, headers, body }: Reply, method: string, path: string) => {
      const { responses } = operation(method, path);
      const described = responses[String(status)] ?? (status >= 400 ? responses['default'] : undefined);
      if (described === undefined) return [`status ${String(status)} is not described`];
      const type = headers.get('content-type')?.split(';')[0] ?? '';
      if (described.content === undefined) return body === '' ? [] : ['has a body that is not described'];
      const media = described.content[type] ?? described.content[type.replace(/[/].*/, '/*')];
      if (media === undefined) return [`content of type ${type} is not described`];
      // Bytes and texts have no schema.
      return media.schema === undefined ? [] : problems(media.schema, body);
    },
  };
}
