import type { BoardAnswer, Money, RecordBody } from '@fieldstone/metadata/types/wire.js';

export type Column = BoardAnswer['columns'][number];

export const findCard = (columns: readonly Column[], id: string): { column: Column; card: RecordBody; index: number } | undefined => {
  for (const column of columns) {
    const index = column.cards.findIndex((card) => card.id === id);
    const card = column.cards[index];
    if (card) return { column, card, index };
  }
  return undefined;
};

/** The board after a card moved: on top of its new column, counts right at once; sums follow when the server has saved it. */
export function moveCard(columns: readonly Column[], id: string, to: string | null): Column[] {
  const found = findCard(columns, id);
  if (!found || found.column.key === to || !columns.some((column) => column.key === to)) return [...columns];
  return columns.map((column) => {
    if (column === found.column) return { ...column, count: column.count - 1, cards: column.cards.filter((card) => card.id !== id) };
    if (column.key === to) return { ...column, count: column.count + 1, cards: [found.card, ...column.cards] };
    return column;
  });
}

/** A further page of one column; cards that are there already are not shown twice. */
export function addCards(columns: readonly Column[], more: Column): Column[] {
  return columns.map((column) => {
    if (column.key !== more.key) return column;
    const known = new Set(column.cards.map((card) => card.id));
    return { ...column, cards: [...column.cards, ...more.cards.filter((card) => !known.has(card.id))], next: more.next };
  });
}

/** Where a key leads from a card: within its column, or to the nearest card of the columns beside it. Empty columns are passed over. */
export function nextCard(columns: readonly Column[], id: string, key: string): string | undefined {
  const found = findCard(columns, id);
  if (!found) return undefined;
  const { column, index } = found;
  const at = (c: Column | undefined, i: number) => c?.cards[Math.max(0, Math.min(c.cards.length - 1, i))]?.id;
  if (key === 'ArrowDown') return at(column, index + 1);
  if (key === 'ArrowUp') return at(column, index - 1);
  if (key === 'Home') return at(column, 0);
  if (key === 'End') return at(column, column.cards.length - 1);
  const step = key === 'ArrowRight' ? 1 : key === 'ArrowLeft' ? -1 : 0;
  if (step === 0) return undefined;
  for (let c = columns.indexOf(column) + step; c >= 0 && c < columns.length; c += step) {
    const card = at(columns[c], index);
    if (card !== undefined) return card;
  }
  return undefined;
}

/** Adds decimal strings without losing a digit. */
export function addDecimals(a: string, b: string): string {
  const scale = Math.max(...[a, b].map((text) => text.split('.')[1]?.length ?? 0));
  const toUnits = (text: string) => {
    const [whole = '0', part = ''] = text.replace('-', '').split('.');
    const units = BigInt(whole + part.padEnd(scale, '0'));
    return text.startsWith('-') ? -units : units;
  };
  const sum = toUnits(a) + toUnits(b);
  const digits = (sum < 0n ? -sum : sum).toString().padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  return `${sum < 0n ? '-' : ''}${whole}${scale > 0 ? `.${digits.slice(-scale)}` : ''}`;
}

/** The sum of a column for people: in the base currency where that can be said, else by currency. */
export const shownSum = ({ sums, inBase }: Column, field: string): string | Money[] | undefined => {
  const sum = sums[field];
  const worth = inBase?.[field];
  return Array.isArray(sum) && sum.length > 0 && worth ? [worth] : sum;
};

/** One sum over all columns: a number, or money in the base currency; per currency where one of the columns has it no other way. */
export function totalOf(columns: readonly Column[], field: string): string | Money[] {
  const isWhole = columns.every(({ inBase }) => inBase?.[field] !== null);
  let number = '0';
  const money = new Map<string, string>();
  let isMoney = false;
  for (const column of columns) {
    const sum = isWhole ? shownSum(column, field) : column.sums[field];
    if (Array.isArray(sum)) {
      isMoney = true;
      for (const { amount, currency } of sum) money.set(currency, addDecimals(money.get(currency) ?? '0', amount));
    } else if (sum !== undefined) number = addDecimals(number, sum);
  }
  return isMoney ? [...money].map(([currency, amount]) => ({ amount, currency })) : number;
}
