import { describe, expect, it } from 'vitest';
import { freeLabel, nameProblem, suggestName } from './names.js';

describe('a label that is free', () => {
  const long = 'Life of the reason why it was not to be had';
  it.each([
    { word: 'New rule', names: [], label: 'New rule' },
    { word: 'New rule', names: ['new_rule'], label: 'New rule 2' },
    { word: 'New rule', names: ['new_rule', 'new_rule_2', 'new_rule_3'], label: 'New rule 4' },
    { word: long, names: [], label: long },
    { word: long, names: [suggestName(long)], label: 'Life of the reason why it was not to 2' },
  ])('is "$label" beside $names', ({ word, names, label }) => {
    const taken = new Set(names);
    expect(freeLabel(word, taken)).toBe(label);
    expect(nameProblem(suggestName(label), taken)).toBeUndefined();
  });

  it('is not the label of another name', () => {
    expect(freeLabel('New role', new Set(['clerk']), new Set(['New role']))).toBe('New role 2');
  });
});
