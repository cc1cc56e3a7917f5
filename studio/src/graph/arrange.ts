import dagre from '@dagrejs/dagre';

export type Box = { readonly id: string; readonly width: number; readonly height: number };
export type Link = { readonly from: string; readonly to: string };
export type Position = { readonly x: number; readonly y: number };

/** Automatic positions (top left corners) for boxes joined by links. */
export function arrange(
  boxes: readonly Box[],
  links: readonly Link[],
  options: { direction: 'LR' | 'TB'; gap?: number; rankGap?: number },
): Map<string, Position> {
  const graph = new dagre.graphlib.Graph();
  graph.setGraph({ rankdir: options.direction, nodesep: options.gap ?? 40, ranksep: options.rankGap ?? 90, marginx: 20, marginy: 20 });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const box of boxes) graph.setNode(box.id, { width: box.width, height: box.height });
  const known = new Set(boxes.map((box) => box.id));
  for (const link of links) if (link.from !== link.to && known.has(link.from) && known.has(link.to)) graph.setEdge(link.from, link.to);
  dagre.layout(graph);
  const positions = new Map<string, Position>();
  for (const box of boxes) {
    const { x, y } = graph.node(box.id) as { x: number; y: number };
    positions.set(box.id, { x: Math.round(x - box.width / 2), y: Math.round(y - box.height / 2) });
  }
  return positions;
}
