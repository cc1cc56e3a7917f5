/**
 * What the page about the API does in the browser: search, operations that open to what they take and answer, and calls to try. Everything is made as
 * nodes with text: nothing of a description or an answer becomes markup.
 *
 * Shape:  the source of a script, in the syntax every current browser has. A call that changes something is sent on a second press.
 */
export const SCRIPT = String.raw`
(() => {
  'use strict';
  const base = document.body.dataset.base;
  const signedIn = 'signedIn' in document.body.dataset;
  const operations = [...document.querySelectorAll('details.op')];
  let loading;
  const load = () => (loading ??= fetch(base + '/openapi.json').then((answer) => answer.json()));
  const node = (name, properties = {}, ...children) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(properties)) key in made ? (made[key] = value) : made.setAttribute(key, value);
    made.append(...children);
    return made;
  };
  const code = (text) => node('code', {}, text);

  /* Schemas: what a reference stands for, the name of a type, an example, and its members as rows. */
  const followed = (schema, document_) => {
    const name = schema && schema.$ref && schema.$ref.split('/').pop();
    return name ? document_.components.schemas[name] || {} : schema || {};
  };
  const named = (schema) => (schema && schema.$ref ? schema.$ref.split('/').pop() : undefined);
  const typeOf = (schema, document_) => {
    if (named(schema)) return named(schema);
    const any = schema.anyOf || schema.oneOf;
    if (any) return any.map((each) => typeOf(each, document_)).join(' or ');
    if ('const' in schema) return JSON.stringify(schema.const);
    if (schema.enum) return schema.enum.slice(0, 12).map((each) => JSON.stringify(each)).join(', ') + (schema.enum.length > 12 ? ', …' : '');
    if (schema.type === 'array') return 'list of ' + typeOf(schema.items || {}, document_);
    const type = [schema.type].flat().filter(Boolean).join(' or ') || 'anything';
    return schema.format ? type + ' (' + schema.format + ')' : type;
  };
  const exampleOf = (schema, document_, depth = 0) => {
    const at = followed(schema, document_);
    if ('example' in at) return at.example;
    if ('const' in at) return at.const;
    if ('default' in at) return at.default;
    if (at.enum) return at.enum[0];
    const any = at.anyOf || at.oneOf;
    if (any) return exampleOf(any[0], document_, depth);
    const type = [at.type].flat()[0];
    if (type === 'object' || at.properties) {
      const names = Object.keys(at.properties || {});
      const shown = depth > 0 ? names.slice(0, 6) : names;
      return depth > 3 ? {} : Object.fromEntries(shown.map((name) => [name, exampleOf(at.properties[name], document_, depth + 1)]));
    }
    if (type === 'array') return depth > 3 ? [] : [exampleOf(at.items || {}, document_, depth + 1)];
    if (type === 'integer' || type === 'number') return at.minimum || 1;
    if (type === 'boolean') return false;
    const texts = { uuid: '01890a5d-ac96-774b-bcce-b302099a8057', date: '2030-01-31', 'date-time': '2030-01-31T12:00:00Z', email: 'ada@example.com' };
    return type === 'string' ? texts[at.format] || 'text' : null;
  };
  /* A new record needs what is required; the rest would only be in the way. */
  const bodyExample = (schema, document_) => {
    const at = followed(schema, document_);
    const all = exampleOf(schema, document_);
    if (!at.required || !all || typeof all !== 'object') return at.properties && !at.required ? {} : all;
    return Object.fromEntries(at.required.map((name) => [name, all[name]]));
  };
  const rowsOf = (schema, document_, before, depth, rows) => {
    const at = followed(schema, document_);
    for (const [name, member] of Object.entries(at.properties || {})) {
      const inner = followed(member, document_);
      const isNeeded = (at.required || []).includes(name);
      const about = [inner.title, inner.description].filter(Boolean).join('. ');
      rows.push(node('tr', {}, node('td', {}, code(before + name), isNeeded ? ' (required)' : ''), node('td', {}, typeOf(member, document_)), node('td', {}, about)));
      const list = inner.type === 'array' ? followed(inner.items, document_) : inner;
      if (depth < 2 && list.properties) rowsOf(list, document_, before + name + (inner.type === 'array' ? '[].' : '.'), depth + 1, rows);
    }
    return rows;
  };
  const tableOf = (heads, rows) =>
    node('table', {}, node('thead', {}, node('tr', {}, ...heads.map((head) => node('th', { scope: 'col' }, head)))), node('tbody', {}, ...rows));
  const schemaOf = (content) => content && content['application/json'] && content['application/json'].schema;
  const shown = (title, content, document_) => {
    const parts = [node('h3', {}, title)];
    const schema = schemaOf(content);
    if (!schema) {
      parts.push(node('p', { className: 'muted' }, content ? Object.keys(content).join(', ') : 'Nothing.'));
      return parts;
    }
    if (named(schema)) parts.push(node('p', {}, code(named(schema))));
    const rows = rowsOf(schema, document_, '', 0, []);
    if (rows.length > 0) parts.push(node('details', {}, node('summary', {}, 'Members'), tableOf(['Name', 'Value', 'About'], rows)));
    parts.push(node('details', {}, node('summary', {}, 'Example'), node('pre', { tabIndex: 0 }, JSON.stringify(exampleOf(schema, document_), null, 2))));
    return parts;
  };

  /* Trying: a form of the parameters, the body, and what came back. */
  const tryIt = (path, method, operation, document_) => {
    const isUnsafe = method !== 'get';
    const form = node('form', { 'aria-label': 'Try ' + method.toUpperCase() + ' ' + path });
    const inputs = [];
    for (const parameter of operation.parameters || []) {
      const input = node('input', { name: parameter.name, autocomplete: 'off', required: parameter.required === true });
      inputs.push([parameter, input]);
      form.append(node('label', {}, parameter.name + (parameter.in === 'path' ? '' : ' (' + parameter.in + ')'), input));
    }
    const schema = operation.requestBody && schemaOf(operation.requestBody.content);
    const body = schema ? node('textarea', { name: 'body', spellcheck: false, value: JSON.stringify(bodyExample(schema, document_), null, 2) }) : undefined;
    if (body) form.append(node('label', {}, 'Body (JSON)', body));
    const button = node('button', { type: 'submit' }, 'Send');
    const answer = node('div', { role: 'status' });
    form.append(button, answer);
    let isSure = !isUnsafe;
    const calm = () => {
      isSure = !isUnsafe;
      button.textContent = 'Send';
      button.className = '';
    };
    form.addEventListener('input', calm);
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      if (!isSure) {
        isSure = true;
        button.textContent = 'This changes something: send ' + method.toUpperCase() + ' now';
        button.className = 'unsafe';
        return;
      }
      let address = base + path;
      const query = new URLSearchParams();
      const headers = { Accept: 'application/json, application/problem+json' };
      for (const [parameter, input] of inputs) {
        if (parameter.in === 'path') address = address.replace('{' + parameter.name + '}', encodeURIComponent(input.value));
        else if (input.value !== '' && parameter.in === 'query') query.set(parameter.name, input.value);
        else if (input.value !== '') headers[parameter.name] = input.value;
      }
      const options = { method: method.toUpperCase(), headers, credentials: 'same-origin' };
      if (body && body.value.trim() !== '') {
        headers['Content-Type'] = 'application/json';
        options.body = body.value;
      }
      const full = address + (query.size > 0 ? '?' + query : '');
      button.disabled = true;
      answer.replaceChildren(node('p', {}, 'Sending…'));
      try {
        const began = performance.now();
        const reply = await fetch(full, options);
        const text = await reply.text();
        const took = Math.round(performance.now() - began);
        let pretty = text;
        try {
          pretty = text === '' ? '' : JSON.stringify(JSON.parse(text), null, 2);
        } catch {
          pretty = text.slice(0, 20000);
        }
        const kept = ['etag', 'location', 'operation-id', 'retry-after'].flatMap((name) => (reply.headers.get(name) ? [name + ': ' + reply.headers.get(name)] : []));
        answer.replaceChildren(
          node('p', {}, node('strong', {}, String(reply.status)), ' ' + method.toUpperCase() + ' ', code(full), ' in ' + took + ' ms'),
          ...(kept.length > 0 ? [node('pre', { tabIndex: 0 }, kept.join('\n'))] : []),
          ...(pretty === '' ? [] : [node('pre', { tabIndex: 0 }, pretty)]),
        );
      } catch {
        answer.replaceChildren(node('p', {}, 'No answer came.'));
      }
      button.disabled = false;
      calm();
    });
    return form;
  };

  const open = async (details) => {
    const place = details.querySelector('.body');
    if (!details.open || place.childElementCount > 0) return;
    const { method, path } = details.dataset;
    place.append(node('p', { className: 'muted' }, 'Reading…'));
    let document_;
    try {
      document_ = await load();
    } catch {
      loading = undefined;
      place.replaceChildren(node('p', {}, 'The description can not be read. Close this and open it again.'));
      return;
    }
    const operation = document_.paths[path] && document_.paths[path][method];
    if (!operation) return place.replaceChildren(node('p', {}, 'It is not yours any more: load the page again.'));
    const parts = [];
    if (operation.description) parts.push(node('p', {}, operation.description));
    const rows = (operation.parameters || []).map((each) =>
      node('tr', {}, node('td', {}, code(each.name), each.required ? ' (required)' : ''), node('td', {}, each.in), node('td', {}, typeOf(each.schema || {}, document_)), node('td', {}, each.description || (each.schema && each.schema.description) || '')),
    );
    if (rows.length > 0) parts.push(node('h3', {}, 'Parameters'), tableOf(['Name', 'In', 'Value', 'About'], rows));
    if (operation.requestBody) parts.push(...shown('Body', operation.requestBody.content, document_));
    for (const [status, reply] of Object.entries(operation.responses || {})) {
      if (status !== 'default') parts.push(...shown('Answer ' + status, reply.content, document_));
    }
    parts.push(node('p', { className: 'muted' }, 'Anything else is a problem: see Errors above.'));
    const isStream = path === '/events';
    parts.push(node('h3', {}, 'Try it'));
    if (isStream) parts.push(node('p', { className: 'muted' }, 'A stream that does not end: open it with EventSource.'));
    else if (!signedIn && operation.security.length > 0) parts.push(node('p', { className: 'muted' }, 'Sign in first, in the application.'));
    else parts.push(tryIt(path, method, operation, document_));
    place.replaceChildren(...parts);
  };
  for (const details of operations) details.addEventListener('toggle', () => void open(details));

  const reveal = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target && target.matches('details.op')) {
      target.open = true;
      target.querySelector('summary').focus();
    }
  };
  addEventListener('hashchange', reveal);
  reveal();

  const search = document.getElementById('search');
  const found = document.getElementById('found');
  const texts = operations.map((details) => details.textContent.toLowerCase());
  const filter = () => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    operations.forEach((details, index) => {
      details.hidden = !words.every((word) => texts[index].includes(word));
      if (!details.hidden) count += 1;
    });
    for (const section of document.querySelectorAll('main > section')) section.hidden = !section.querySelector('details.op:not([hidden])');
    found.textContent = words.length === 0 ? '' : count + (count === 1 ? ' operation' : ' operations');
  };
  search.addEventListener('input', filter);
  addEventListener('keydown', (event) => {
    if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || /INPUT|TEXTAREA/.test(event.target.tagName)) return;
    event.preventDefault();
    search.focus();
  });
})();
`;
