import type { ChangeSetAnswer, ChangeSetDifference, PlanAnswer, PlanChange } from '@fieldstone/metadata/types/wire.js';
import { renderPlan } from './render-plan.js';

const show = (value: unknown): string => {
  const text = value === null || value === undefined ? 'nothing' : JSON.stringify(value);
  return text.length > 100 ? `${text.slice(0, 97)}…` : text;
};

/** What came of an import, or would come of it. `plan` is what publishing would do; undefined when it was not asked for. */
export function renderAnswer(answer: ChangeSetAnswer, plan: PlanAnswer | null | undefined, withSql: boolean): string {
  const parts = [...headOf(answer), ...refusalOf(answer)];
  if (answer.differences.length + answer.issues.length > 0) return [...parts, '', 'Nothing was imported.'].join('\n');
  if (answer.changes.length === 0) return [...parts, '', 'Nothing to do: everything is here already.'].join('\n');
  if (answer.draft) {
    parts.push('', ...answer.changes.map(({ summary }) => `  ${summary}`), '');
    parts.push(`Made the draft “${answer.draft.name}” of ${answer.draft.owner.name}. Review and publish it in the studio.`);
    return parts.join('\n');
  }
  if (plan) parts.push('', renderPlan(withSql ? plan : { ...plan, statements: [] }));
  return [...parts, '', 'This is a plan; nothing was changed.'].join('\n');
}

/** Property by property: what would change here, what is so already, what differs. */
export function renderDiff(answer: ChangeSetAnswer): string {
  const parts = [...headOf(answer), ...refusalOf(answer)];
  if (answer.changes.length > 0) parts.push('', ...answer.changes.flatMap(linesOf));
  if (answer.already.length > 0) parts.push('', `Already so: ${answer.already.join(', ')}`);
  if (answer.changes.length + answer.differences.length === 0) parts.push('', 'Nothing differs from what it wants.');
  return parts.join('\n');
}

const SIGNS = { add: '+', restore: '+', retire: '-', change: '~', rename: '~' } as const;
const linesOf = ({ action, kind, name, properties }: PlanChange): string[] => [
  `${SIGNS[action]} ${kind} ${name}`,
  ...properties.map(({ path, before, after }) => `    ${path}: ${show(before)} → ${show(after)}`),
];

function headOf({ name, description, by, system, packs }: ChangeSetAnswer): string[] {
  const who = by.length === 0 ? '' : `, by ${by.join(', ')}`;
  return [
    `“${name}”${who}, from system ${system}`,
    ...(description === '' ? [] : [description]),
    ...packs.map((pack) => `It was made on ${pack.name} ${pack.expected}; here is ${pack.found ?? 'none'}.`),
  ];
}

function refusalOf({ differences, issues }: ChangeSetAnswer): string[] {
  const parts: string[] = [];
  if (differences.length > 0) parts.push('', 'Here is not what it was made on:', ...differences.flatMap(sides));
  if (issues.length > 0) {
    parts.push(
      '',
      'With it, the metadata would have problems:',
      ...issues.map(({ file, path, message }) => `  ${file ?? ''}${path}: ${message}`),
    );
  }
  return parts;
}

const sides = ({ element, path, kind, name, expected, found, wanted }: ChangeSetDifference): string[] => [
  `  ${element}${path}  (${kind} ${name})`,
  `    expected  ${show(expected)}`,
  `    found     ${show(found)}`,
  ...(wanted === undefined ? [] : [`    wanted    ${show(wanted)}`]),
];
