const TOKEN =
  // eslint-disable-next-line no-control-regex -- JSON forbids them in strings
  /[ \t\r\n]*(?:([{}[\],:])|("(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|(-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null))/y;

/**
 * Where text stops being JSON. Used after JSON.parse refused it, because V8 tells the place in some of its messages only.
 *
 * Shape: offset of the first token that cannot stand there; the length of the text when it merely ends too early.
 */
export function jsonMistakeAt(text: string): number {
  const open: string[] = [];
  let expect: 'value' | 'value-or-end' | 'key' | 'key-or-end' | 'colon' | 'comma-or-end' | 'nothing' = 'value';
  TOKEN.lastIndex = 0;
  for (;;) {
    const from = TOKEN.lastIndex;
    const found = TOKEN.exec(text);
    if (found === null) return from + (/^[ \t\r\n]*/.exec(text.slice(from))?.[0].length ?? 0);
    const [, mark, string] = found;
    const at = TOKEN.lastIndex - (found[1] ?? found[2] ?? found[3] ?? '').length;
    const wantsValue = expect === 'value' || expect === 'value-or-end';
    const after = () => (open.length === 0 ? 'nothing' : 'comma-or-end');
    if (mark === '{' && wantsValue) {
      open.push(mark);
      expect = 'key-or-end';
    } else if (mark === '[' && wantsValue) {
      open.push(mark);
      expect = 'value-or-end';
    } else if (mark === '}' && open.at(-1) === '{' && (expect === 'key-or-end' || expect === 'comma-or-end')) {
      open.pop();
      expect = after();
    } else if (mark === ']' && open.at(-1) === '[' && (expect === 'value-or-end' || expect === 'comma-or-end')) {
      open.pop();
      expect = after();
    } else if (mark === ',' && expect === 'comma-or-end') {
      expect = open.at(-1) === '{' ? 'key' : 'value';
    } else if (mark === ':' && expect === 'colon') {
      expect = 'value';
    } else if (string !== undefined && (expect === 'key' || expect === 'key-or-end')) {
      expect = 'colon';
    } else if (mark === undefined && wantsValue) {
      expect = after();
    } else return at;
  }
}
