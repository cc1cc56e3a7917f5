// Finds every code that an issue or a problem of the API can have, so that the page of errors can be held to name them all.
//
// What counts as one: the value of a property `code`, and in a call a word in small letters directly before what is said to people about it
// (a sentence, a template, or a call that makes one).
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import ts from 'typescript';

const ROOTS = ['engine/src', 'metadata/language'];
const WORD = /^[a-z]+(_[a-z]+)*$/;
/** Words that stand in such places and are something else: kinds of tokens, aliases in SQL, names of parameters, a language. */
const OTHERS = new Set('d k l n o r v en name null number offset options scale symbol text'.split(' '));
/** Calls that give an issue, by name: `problems.add(…)`, `bad(…)`, `refuse(…)`. */
const GIVES = new Set('add at bad refuse wrong whole issue problem fail report error issueAt AppError StepFailure'.split(' '));

const filesUnder = async (folder) =>
  (await readdir(folder, { withFileTypes: true, recursive: true }))
    .filter((entry) => entry.isFile() && /[.]ts$/.test(entry.name) && !/[.]test[.]ts$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).replaceAll('\\', '/'));

const literals = (node) => {
  if (ts.isStringLiteralLike(node)) return [node.text];
  if (ts.isConditionalExpression(node)) return [...literals(node.whenTrue), ...literals(node.whenFalse)];
  if (ts.isAsExpression(node) || ts.isParenthesizedExpression(node)) return literals(node.expression);
  return [];
};

const isSaid = (node) =>
  node !== undefined &&
  (ts.isTemplateExpression(node) ||
    ts.isCallExpression(node) ||
    ts.isConditionalExpression(node) ||
    ts.isIdentifier(node) ||
    ts.isPropertyAccessExpression(node) ||
    ts.isBinaryExpression(node) ||
    (ts.isStringLiteralLike(node) && /[ .]/.test(node.text)));

const nameOf = ({ expression }) =>
  ts.isIdentifier(expression) ? expression.text : ts.isPropertyAccessExpression(expression) ? expression.name.text.replace(/^#/, '') : '';

/** Codes in one file. */
export function codesIn(file, text) {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found = new Set();
  const visit = (node) => {
    if (ts.isPropertyAssignment(node) && node.name.getText(source) === 'code')
      for (const word of literals(node.initializer)) if (WORD.test(word) && !OTHERS.has(word)) found.add(word);
    if ((ts.isCallExpression(node) || ts.isNewExpression(node)) && GIVES.has(nameOf(node)))
      node.arguments?.forEach((argument, index) => {
        if (isSaid(node.arguments[index + 1]))
          for (const word of literals(argument))
            if (WORD.test(word) && !OTHERS.has(word) && (nameOf(node) !== 'at' || word.includes('_'))) found.add(word);
      });
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** Codes by the files that give them. */
export async function issueCodes() {
  const codes = new Map();
  for (const root of ROOTS)
    for (const file of await filesUnder(root))
      for (const code of codesIn(file, await readFile(file, 'utf8'))) codes.set(code, [...(codes.get(code) ?? []), file]);
  return codes;
}
