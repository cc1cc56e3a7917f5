// Finds where code outside the files of field types knows one by its name. What a type can do is said by the type, in one file a type;
// a comparison with a name elsewhere is a place that the next type would have to be added to.
//
// What counts: a name that only field types have ('rich_text'), as a string or as the key of a table; any name compared with a field's
// type (`field.type === 'file'`, a case of `switch (field.type)`); any name in a list beside such names.
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import ts from 'typescript';

const roots = ['engine/src', 'studio/src', 'runtime-ui/src', 'metadata/language'];
/** Types of values and words of JavaScript and of screens: these names are a field's type only where they are compared with one. */
const generic = new Set(
  'text integer decimal currency percent boolean score rating date time datetime duration email phone url address json tags user file image formula rollup lookup'.split(
    ' ',
  ),
);
/** Where a type may be named, and why. An entry that no name needs any more is an error too. */
export const ALLOWED = {
  'engine/src/fields/': 'the types themselves, and their registry',
  'runtime-ui/src/fields/': 'viewers and editors, one a type, and their registries',
  'studio/src/draft/field-type-table.ts': 'what the studio knows of each type, one entry each',
  'metadata/language/type-changes.ts': 'what can become what is said of pairs of types; a type that is not there becomes nothing',
  'engine/src/planner/conversion-table.ts': 'the SQL of those pairs',
  'metadata/language/field-parts.ts': 'parts of values that server and browsers both read; the type in the engine takes them from here',
  'metadata/language/value-words.ts': 'words of values that server and browsers both read; the SQL of the same words stands with the type',
  'metadata/language/parse-comparison.ts': 'tags are compared in the small letters they are kept in',
  'metadata/language/formula-field.ts': 'amounts of money carry a currency through a formula',
  'metadata/language/rename-references.ts': 'reads documents alone, before there are types',
  'engine/src/model/record-type-field.ts': 'makes a field: the record type is a picklist',
  'studio/src/draft/record-type-commands.ts': 'makes the same field for the draft',
  'studio/src/draft/object-commands.ts': 'makes the first field of an object: a name or a number',
  'studio/src/features/objects/NewObjectDialog.tsx': 'asks which of the two',
  'engine/src/app/leaks/canary-values.ts': 'a value of each type that is found again wherever it shows; a new type has to say which',
  'engine/src/app/leaks/canary-model.ts': 'writes the fields of a pack with something to hide',
  'engine/src/app/new-pack.ts': 'writes the fields of a new pack',
  'runtime-ui/src/model/screen.ts': 'shows the country of an address as a picklist',
};

/** What a variable that holds a field, or the form of one, is called. */
const isField = (name) => /(^|[a-z])(field|model|by|form|info|found|deciding|document|made|child|part)$/i.test(name);

const filesUnder = async (folder) =>
  (await readdir(folder, { withFileTypes: true, recursive: true }))
    .filter((entry) => entry.isFile() && /[.]tsx?$/.test(entry.name) && !/[.]test[.]tsx?$|[.]d[.]ts$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).replaceAll('\\', '/'))
    .filter((file) => !/\/(node_modules|dist|test)\//.test(file));

/** Whether an expression is the type of a field: `field.type`, `source.document.type`, a bare `fieldType`. */
function isTypeOfField(node) {
  if (ts.isParenthesizedExpression(node) || ts.isNonNullExpression(node)) return isTypeOfField(node.expression);
  if (ts.isIdentifier(node)) return node.text === 'fieldType';
  if (!ts.isPropertyAccessExpression(node)) return false;
  if (node.name.text === 'fieldType') return true;
  if (node.name.text !== 'type') return false;
  const holder = ts.isPropertyAccessExpression(node.expression) ? node.expression.name : node.expression;
  return ts.isIdentifier(holder) && isField(holder.text);
}

/** Strings a comparison is made with, if it is one with the type of a field. */
function comparedWith(node) {
  if (ts.isBinaryExpression(node) && /^[!=]==?$/.test(node.operatorToken.getText())) {
    const pair = [
      [node.left, node.right],
      [node.right, node.left],
    ].find(([a]) => isTypeOfField(a));
    return pair && ts.isStringLiteralLike(pair[1]) ? [pair[1]] : [];
  }
  if (ts.isSwitchStatement(node) && isTypeOfField(node.expression))
    return node.caseBlock.clauses.flatMap((clause) =>
      ts.isCaseClause(clause) && ts.isStringLiteralLike(clause.expression) ? [clause.expression] : [],
    );
  const isIncludes =
    ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression) && node.expression.name.text === 'includes';
  if (isIncludes && node.arguments[0] && isTypeOfField(node.arguments[0]) && ts.isArrayLiteralExpression(node.expression.expression))
    return node.expression.expression.elements.filter((element) => ts.isStringLiteralLike(element));
  return [];
}

/** Names of field types in one file, as `{ line, name }`. */
export function namesIn(file, text, names) {
  const own = new Set([...names].filter((name) => !generic.has(name)));
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found = new Map();
  const note = (node, name) => found.set(node, { line: source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1, name });
  const visit = (node) => {
    if (ts.isStringLiteralLike(node) && own.has(node.text) && !ts.isImportDeclaration(node.parent)) note(node, node.text);
    if (ts.isPropertyAssignment(node) && ts.isIdentifier(node.name) && own.has(node.name.text)) note(node, node.name.text);
    if (ts.isShorthandPropertyAssignment(node) && own.has(node.name.text) && isTable(node.parent)) note(node, node.name.text);
    for (const literal of comparedWith(node)) if (names.has(literal.text)) note(literal, literal.text);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return [...found.values()];
}

/** What is wrong, as lines for people; `files` counts what was looked at. */
export async function strayTypeNames() {
  const schema = JSON.parse(await readFile('metadata/schema/field.schema.json', 'utf8'));
  const names = new Set(schema.properties.type.enum);
  const unused = new Set(Object.keys(ALLOWED));
  const wrong = [];
  let files = 0;
  for (const root of roots) {
    for (const file of await filesUnder(root)) {
      files += 1;
      const place = Object.keys(ALLOWED).find((allowed) => file.startsWith(allowed));
      for (const { line, name } of namesIn(file, await readFile(file, 'utf8'), names)) {
        if (place === undefined) wrong.push(`${file}:${line} knows the field type "${name}" by name: ask engine/src/fields/field-type.ts`);
        else unused.delete(place);
      }
    }
  }
  for (const place of unused) wrong.push(`scripts/lib/field-type-names.mjs allows ${place}, which names no field type any more`);
  return { files, wrong };
}

/** A table of many entries, not an object that happens to hold a variable of that name. */
const isTable = (node) => ts.isObjectLiteralExpression(node) && node.properties.length > 8;
