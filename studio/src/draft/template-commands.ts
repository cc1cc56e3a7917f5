import type { TemplateDocument } from '@fieldstone/metadata/types/documents.js';
import { ofKind, put, type Draft } from './draft.js';

/** Changes the API name of a template, also in the steps of workflows that send it. */
export function renameTemplate(draft: Draft, template: TemplateDocument, name: string): Draft {
  let next = put(draft, template.id, { ...template, name });
  for (const workflow of ofKind(next, 'workflow')) {
    const nodes = workflow.nodes.map((node) =>
      node.type === 'email.send@1' && 'template' in node.input && node.input.template === template.name
        ? { ...node, input: { ...node.input, template: name } }
        : node,
    );
    next = put(next, workflow.id, { ...workflow, nodes });
  }
  return next;
}
