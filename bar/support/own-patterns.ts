import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import ts from 'typescript';
import { cpuMs } from './cpu-time.js';

export type OwnPattern = { readonly file: string; readonly line: number; readonly source: string; readonly flags: string };

/** Every pattern that is written in the code of a folder, tests left out. */
export async function patternsIn(folders: readonly string[]): Promise<OwnPattern[]> {
  const found: OwnPattern[] = [];
  for (const folder of folders)
    for (const entry of await readdir(folder, { recursive: true })) {
      const file = join(folder, entry);
      if (!file.endsWith('.ts') || /\.(test|d)\.ts$|\/dist\//.test(file)) continue;
      const text = await readFile(file, 'utf8');
      const tree = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
      const walk = (node: ts.Node): void => {
        if (ts.isRegularExpressionLiteral(node)) {
          const cut = node.text.lastIndexOf('/');
          const line = tree.getLineAndCharacterOfPosition(node.getStart()).line + 1;
          found.push({ file, line, source: node.text.slice(1, cut), flags: node.text.slice(cut + 1) });
        }
        ts.forEachChild(node, walk);
      };
      walk(tree);
    }
  return found;
}

/** Patterns of the JSON Schemas that documents are checked against. */
export async function schemaPatterns(folder: string): Promise<OwnPattern[]> {
  const found: OwnPattern[] = [];
  for (const name of await readdir(folder)) {
    const walk = (value: unknown): void => {
      if (typeof value !== 'object' || value === null) return;
      for (const [key, inner] of Object.entries(value)) {
        if (key === 'pattern' && typeof inner === 'string') found.push({ file: join(folder, name), line: 0, source: inner, flags: 'u' });
        else walk(inner);
      }
    };
    walk(JSON.parse(await readFile(join(folder, name), 'utf8')));
  }
  return found.filter(({ source }, at) => found.findIndex((other) => other.source === source) === at);
}

/** Whether a pattern repeats anything without a bound: all others look at each place so many times at most. */
export const repeats = ({ source }: OwnPattern): boolean => /(?<!\\)(?:\\\\)*(?:[*+]|\{\d+,\})/.test(source);

const SIGNS = [...Array.from({ length: 95 }, (_, n) => String.fromCharCode(32 + n)), '\t', '\n', '\u00a0', 'é', '\u0000'];

/** One sign for each way in which the parts of a pattern tell signs apart. */
function signsOf({ source, flags }: OwnPattern): string[] {
  const parts = [...source.matchAll(/\[(?:\\.|[^\]\\])+\]|\\[dDwWsS]|\\[pP]\{[^}]*\}|\\.|[^\\()[\]{}|*+?^$]/gu)].map(([part]) => part);
  const tests = parts.flatMap((part) => {
    try {
      return [new RegExp(`^(?:${part})$`, flags.replaceAll(/[gy]/g, ''))];
    } catch {
      return [];
    }
  });
  const known = new Map<string, string>();
  for (const sign of SIGNS) {
    const key = tests.map((test) => (test.test(sign) ? 1 : 0)).join('');
    if (!known.has(key)) known.set(key, sign);
  }
  return [...known.values()];
}

/** Texts that make a pattern try again and again, if anything does: what it repeats, many times, and then something it does not expect. */
export function* attacksOn(pattern: OwnPattern, length: number): Generator<string> {
  const signs = signsOf(pattern).slice(0, 14);
  const words = [...new Set([...pattern.source.matchAll(/[A-Za-z0-9<>&"'=:;,.@/-]{2,}/g)].map(([word]) => word))].slice(0, 4);
  const units = [...signs, ...words, ...signs.slice(0, 8).flatMap((a) => signs.slice(0, 8).map((b) => a + b))];
  for (const unit of units) {
    const many = unit.repeat(Math.ceil(length / unit.length));
    yield many;
    yield `${many}\u0001`;
    yield `\u0001${many}\u0001`;
    for (const word of words) yield `${word}${many}\u0001`;
  }
}

/** The most time that one of the attacks takes, beyond `enough`; undefined where none does. */
export function slowest(pattern: OwnPattern, length: number, enough: number): { readonly ms: number; readonly attack: string } | undefined {
  const { source, flags } = pattern;
  let worst: { readonly ms: number; readonly attack: string } | undefined;
  for (const attack of attacksOn(pattern, length)) {
    const ms = cpuMs(
      () => (flags.includes('g') ? attack.replace(new RegExp(source, flags), '') : new RegExp(source, flags).test(attack)),
      enough,
    );
    if (ms > enough && ms > (worst?.ms ?? 0)) worst = { ms, attack: `${attack.slice(0, 20)}…${attack.slice(-5)}` };
    if (worst !== undefined && worst.ms > 20 * enough) break;
  }
  return worst;
}
