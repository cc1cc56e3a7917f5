import type { AriaLabelConfig } from '@xyflow/react';

/** What React Flow says to screen readers, in the words of the studio. */
export const FLOW_LABELS: Partial<AriaLabelConfig> = {
  'node.a11yDescription.default': 'Press Enter or Space to choose it, Delete to remove it, Escape to leave.',
  'node.a11yDescription.keyboardDisabled':
    'Press Enter or Space to choose it, then the arrow keys to move it. Delete removes it, Escape leaves.',
  'node.a11yDescription.ariaLiveMessage': ({ direction, x, y }) => `Moved ${direction}. New position: ${x}, ${y}.`,
  'edge.a11yDescription.default': 'Press Enter or Space to choose the connection, Delete to remove it.',
  'controls.ariaLabel': 'Zoom',
  'controls.zoomIn.ariaLabel': 'Zoom in',
  'controls.zoomOut.ariaLabel': 'Zoom out',
  'controls.fitView.ariaLabel': 'Show everything',
  'controls.interactive.ariaLabel': 'Lock or unlock the canvas',
  'minimap.ariaLabel': 'Overview',
  'handle.ariaLabel': 'Exit to connect from',
};
