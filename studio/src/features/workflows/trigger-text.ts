import type { WorkflowDocument } from '@fieldstone/metadata/types/documents.js';

const WORDS = { create: 'created', update: 'changed', delete: 'deleted', restore: 'restored' };

/** What starts a workflow, in one line. */
export function triggerText(workflow: WorkflowDocument, objectLabel: string): string {
  const { trigger } = workflow;
  if (trigger.type === 'schedule') return `At ${trigger.cron} (${trigger.timeZone})`;
  if (trigger.type === 'action') return `${objectLabel}: action ${trigger.action}`;
  const kinds = trigger.on.map((kind) => WORDS[kind]).join(' or ');
  const condition =
    trigger.when === undefined ? '' : trigger.entry === 'becomes_true' ? ', when a condition becomes true' : ', if a condition holds';
  return `${objectLabel} ${kinds}${condition}`;
}
