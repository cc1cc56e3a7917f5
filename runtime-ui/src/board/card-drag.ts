/** What a drag needs of the board it happens in. */
export type DragHost = {
  /** The card under the pointer at the start, or null when the pointer is on something else. */
  cardAt(event: PointerEvent): HTMLElement | null;
  /** Columns and where they are now. */
  columns(): readonly { readonly key: string | null; readonly element: HTMLElement; readonly list: HTMLElement | null }[];
  scroller(): HTMLElement;
  layer(): Element;
  started(id: string): void;
  over(key: string | null | undefined): void;
  dropped(id: string, key: string | null): void;
  ended(): void;
};

const startAfterPx = 5;
const longPressMs = 280;
const edgePx = 48;

/**
 * Drags cards with mouse, pen or finger. Pointer events and rectangles only: hit testing by event target does not see into shadow roots.
 * A finger has to rest first, so that swiping still scrolls.
 */
export class CardDrag {
  private readonly host: DragHost;
  private id = '';
  private card: HTMLElement | null = null;
  private ghost: HTMLElement | null = null;
  private start = { x: 0, y: 0 };
  private grip = { x: 0, y: 0 };
  private now = { x: 0, y: 0 };
  private press = 0;
  private frame = 0;
  private key: string | null | undefined;
  isDragging = false;
  /** True right after a drag: the click that ends it opens nothing. */
  justDropped = false;

  constructor(host: DragHost) {
    this.host = host;
  }

  down(event: PointerEvent) {
    if (event.button !== 0 || this.card) return;
    const card = this.host.cardAt(event);
    if (!card) return;
    this.card = card;
    this.id = card.dataset['id'] ?? '';
    this.start = this.now = { x: event.clientX, y: event.clientY };
    window.addEventListener('pointermove', this.move);
    window.addEventListener('pointerup', this.up);
    window.addEventListener('pointercancel', this.cancel);
    window.addEventListener('keydown', this.keyed, true);
    if (event.pointerType === 'touch') this.press = window.setTimeout(() => this.begin(), longPressMs);
  }

  private move = (event: PointerEvent) => {
    this.now = { x: event.clientX, y: event.clientY };
    const far = Math.hypot(this.now.x - this.start.x, this.now.y - this.start.y) > startAfterPx;
    if (!this.isDragging && far) {
      if (event.pointerType === 'touch') return this.cancel();
      this.begin();
    }
    if (this.isDragging) event.preventDefault();
  };

  private begin() {
    const { card } = this;
    if (!card?.isConnected) return this.finish();
    const rect = card.getBoundingClientRect();
    this.grip = { x: this.start.x - rect.left, y: this.start.y - rect.top };
    this.ghost = card.cloneNode(true) as HTMLElement;
    this.ghost.removeAttribute('id');
    this.ghost.setAttribute('aria-hidden', 'true');
    this.ghost.classList.add('ghost');
    Object.assign(this.ghost.style, { width: `${rect.width}px`, height: `${rect.height}px` });
    this.host.layer().append(this.ghost);
    // Dragging would select the text of the board.
    getSelection()?.removeAllRanges();
    document.documentElement.style.userSelect = 'none';
    this.isDragging = true;
    this.host.started(this.id);
    this.tick();
  }

  private tick = () => {
    if (!this.isDragging || !this.ghost) return;
    const { x, y } = this.now;
    this.ghost.style.transform = `translate(${x - this.grip.x}px, ${y - this.grip.y}px) rotate(1.5deg)`;
    const columns = this.host.columns();
    const under = columns.find(({ element }) => {
      const rect = element.getBoundingClientRect();
      return x >= rect.left && x <= rect.right;
    });
    if (under?.key !== this.key) {
      this.key = under?.key;
      this.host.over(this.key);
    }
    this.scrollAtEdges(under?.list ?? null);
    this.frame = requestAnimationFrame(this.tick);
  };

  private scrollAtEdges(list: HTMLElement | null) {
    const board = this.host.scroller();
    const outer = board.getBoundingClientRect();
    if (this.now.x < outer.left + edgePx) board.scrollLeft -= 10;
    else if (this.now.x > outer.right - edgePx) board.scrollLeft += 10;
    if (!list) return;
    const inner = list.getBoundingClientRect();
    if (this.now.y < inner.top + edgePx) list.scrollTop -= 8;
    else if (this.now.y > inner.bottom - edgePx) list.scrollTop += 8;
  }

  private up = () => {
    const { isDragging, id, key } = this;
    this.finish();
    if (!isDragging) return;
    this.justDropped = true;
    window.setTimeout(() => (this.justDropped = false), 0);
    if (key !== undefined) this.host.dropped(id, key);
  };

  private cancel = () => this.finish();

  private keyed = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || !this.isDragging) return;
    event.preventDefault();
    event.stopPropagation();
    this.finish();
  };

  finish() {
    window.clearTimeout(this.press);
    cancelAnimationFrame(this.frame);
    window.removeEventListener('pointermove', this.move);
    window.removeEventListener('pointerup', this.up);
    window.removeEventListener('pointercancel', this.cancel);
    window.removeEventListener('keydown', this.keyed, true);
    this.ghost?.remove();
    document.documentElement.style.removeProperty('user-select');
    const was = this.isDragging;
    this.isDragging = false;
    this.card = this.ghost = null;
    this.key = undefined;
    if (was) this.host.ended();
  }
}
