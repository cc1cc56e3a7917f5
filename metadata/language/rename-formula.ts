import { tokenize } from './formula-tokens.js';
import { renamePath, type Names, type Roots } from './rename-paths.js';

/** A formula after a rename: names change, everything else stays as it was written. It need not be well formed. */
export function renameFormula(names: Names, { record, outer }: Roots, text: string): string {
  const tokens = tokenize(text);
  let renamed = '';
  let at = 0;
  for (const [index, token] of tokens.entries()) {
    const next = tokens[index + 1];
    const isCall = next?.kind === 'symbol' && next.value === '(';
    renamed += text.slice(at, token.start);
    const written = text.slice(token.start, token.end);
    renamed += token.kind === 'name' && !isCall ? renameName(names, record, outer, written) : written;
    at = token.end;
  }
  return renamed;
}

function renameName(names: Names, record: string, outer: string | undefined, written: string): string {
  const [root = '', ...rest] = written.split('.');
  if (root === '$previous') return ['$previous', ...renamed(names, record, rest)].join('.');
  if (root === '$record') return ['$record', ...renamed(names, outer, rest)].join('.');
  return root.startsWith('$') ? written : renamePath(names, record, written);
}

const renamed = (names: Names, object: string | undefined, steps: readonly string[]): readonly string[] =>
  steps.length === 0 ? [] : [renamePath(names, object, steps.join('.'))];
