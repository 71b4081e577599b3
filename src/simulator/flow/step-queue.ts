// What is to happen when: a binary heap ordered by due time, and among equals by arrival.

export interface StepQueue<Step> {
  readonly push: (dueAtMs: number, step: Step) => void;
  /** Takes the earliest step that is due at `nowMs`, or null. */
  readonly takeDue: (nowMs: number) => { readonly dueAtMs: number; readonly step: Step } | null;
}

interface Node<Step> {
  readonly dueAtMs: number;
  readonly order: number;
  readonly step: Step;
}

export function createStepQueue<Step>(): StepQueue<Step> {
  const heap: Node<Step>[] = [];
  let pushed = 0;

  const push = (dueAtMs: number, step: Step): void => {
    const node = { dueAtMs, order: pushed++, step };
    let hole = heap.length;
    heap.push(node);
    while (hole > 0) {
      const parentIndex = (hole - 1) >> 1;
      const parent = heap[parentIndex];
      if (parent === undefined || !isBefore(node, parent)) break;
      heap[hole] = parent;
      hole = parentIndex;
    }
    heap[hole] = node;
  };

  const sinkFromTop = (node: Node<Step>): void => {
    let hole = 0;
    for (;;) {
      const leftIndex = 2 * hole + 1;
      const left = heap[leftIndex];
      if (left === undefined) break;
      const right = heap[leftIndex + 1];
      const rightWins = right !== undefined && isBefore(right, left);
      const child = rightWins ? right : left;
      if (!isBefore(child, node)) break;
      heap[hole] = child;
      hole = rightWins ? leftIndex + 1 : leftIndex;
    }
    heap[hole] = node;
  };

  return {
    push,
    takeDue: (nowMs) => {
      const top = heap[0];
      if (top === undefined || top.dueAtMs > nowMs) return null;
      const last = heap.pop();
      if (last !== undefined && last !== top) sinkFromTop(last);
      return top;
    },
  };
}

function isBefore<Step>(left: Node<Step>, right: Node<Step>): boolean {
  return (
    left.dueAtMs < right.dueAtMs || (left.dueAtMs === right.dueAtMs && left.order < right.order)
  );
}
