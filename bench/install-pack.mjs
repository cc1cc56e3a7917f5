// Publishes the objects of the comparison through the API, as somebody in the studio would.
import { documents } from './peers/pack.mjs';

export const caller =
  ({ port, headers }) =>
  async (method, path, body) => {
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1${path}`, {
      method,
      headers: { ...headers.admin, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text.slice(0, 1000)}`);
    return text === '' ? null : JSON.parse(text);
  };

const fullName = ({ kind, object, role, name }) => {
  if (kind === 'permission') return `${role}.${object}`;
  return object === undefined ? name : `${object}.${name}`;
};

/** Drafts, plans and publishes documents. */
export async function publish(api, documentsToPublish) {
  const { revision } = await api('GET', '/metadata/source');
  for (const document of documentsToPublish) {
    await api('PUT', `/metadata/draft/${document.kind}/${fullName(document)}`, { baseRevision: revision, document });
  }
  const { hash, hazards, issues } = await api('POST', '/metadata/draft/plan', {});
  if (hash === null) throw new Error(JSON.stringify(issues));
  await api('POST', '/metadata/draft/publish', { plan: hash, confirm: hazards.map(({ code }) => code) });
}

export const installPack = (ours) => publish(caller(ours), documents);
