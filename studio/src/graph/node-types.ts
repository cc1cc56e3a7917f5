import type { WorkflowDocument } from '@fieldstone/metadata/types/documents.js';
import { randomCode } from '../draft/names.js';

export type WorkflowNode = WorkflowDocument['nodes'][number];
export type BranchCase = { port: string; label?: string; if: Record<string, unknown> };

export type NodeType = 'branch@1' | 'record.update@1' | 'record.create@1' | 'email.send@1' | 'webhook.call@1';

export type NodeTypeInfo = {
  readonly type: NodeType;
  readonly label: string;
  readonly description: string;
  /** Whether it can fail in a way a flow may want to follow. */
  readonly canFail: boolean;
  /** Input a new step starts with. */
  readonly input: (object: string) => Record<string, unknown>;
};

export const NODE_TYPES: readonly NodeTypeInfo[] = [
  {
    type: 'branch@1',
    label: 'Branch',
    description: 'Goes on from the first case that holds, or from "else".',
    canFail: false,
    input: () => ({ cases: [{ port: `c${randomCode(4)}`, label: 'Case 1', if: { is_empty: [{ var: 'owner' }] } }] }),
  },
  {
    type: 'record.update@1',
    label: 'Update a record',
    description: 'Changes fields of the record, by the same rules as any other write.',
    canFail: true,
    input: (object) => ({ object, recordId: { $var: 'trigger.new.id' }, set: {} }),
  },
  {
    type: 'record.create@1',
    label: 'Create a record',
    description: 'Makes one record. Later steps can use its id.',
    canFail: true,
    input: () => ({ object: '', set: {} }),
  },
  {
    type: 'email.send@1',
    label: 'Send an e-mail',
    description: 'Sends one mail, never twice.',
    canFail: true,
    input: () => ({ to: { $var: 'trigger.new.owner' }, subject: '', text: '' }),
  },
  {
    type: 'webhook.call@1',
    label: 'Call a webhook',
    description: 'Sends a signed request to another system.',
    canFail: true,
    input: () => ({ url: '', method: 'POST' }),
  },
];

export const nodeTypeInfo = (type: string): NodeTypeInfo | undefined => NODE_TYPES.find((info) => info.type === type);
export const nodeLabel = (node: WorkflowNode): string => node.label ?? nodeTypeInfo(node.type)?.label ?? node.type;

export const casesOf = (node: WorkflowNode): readonly BranchCase[] => {
  const { cases } = node.input as { cases?: unknown };
  return Array.isArray(cases) ? (cases as BranchCase[]) : [];
};

export type Port = { readonly name: string; readonly label: string };

/** Ports an edge may start from. The error port is there while the step says that errors follow an edge. */
export function portsOf(node: WorkflowNode): readonly Port[] {
  if (node.type === 'branch@1')
    return [...casesOf(node).map((each) => ({ name: each.port, label: each.label ?? each.port })), { name: 'else', label: 'Else' }];
  const ports = [{ name: 'ok', label: 'Then' }];
  return node.onError === 'edge' ? [...ports, { name: 'error', label: 'On error' }] : ports;
}

/** What keeps a step from working, in the words of its form. Deeper checks are made by the plan. */
export function nodeProblem(node: WorkflowNode): string | undefined {
  const input = node.input as Record<string, unknown>;
  const isBlank = (value: unknown) => value === undefined || value === '';
  switch (node.type) {
    case 'branch@1':
      return casesOf(node).length === 0 ? 'Add a case.' : undefined;
    case 'record.update@1':
      return Object.keys((input['set'] as object | undefined) ?? {}).length === 0 ? 'Say which fields to change.' : undefined;
    case 'record.create@1':
      if (isBlank(input['object'])) return 'Choose the object.';
      return Object.keys((input['set'] as object | undefined) ?? {}).length === 0 ? 'Say which fields to fill.' : undefined;
    case 'email.send@1':
      if (isBlank(input['to'])) return 'Say who gets the mail.';
      return input['template'] === undefined && (isBlank(input['subject']) || isBlank(input['text']))
        ? 'Choose a template, or write subject and text.'
        : undefined;
    case 'webhook.call@1':
      return isBlank(input['url']) ? 'Enter the address.' : undefined;
    default:
      return undefined;
  }
}
