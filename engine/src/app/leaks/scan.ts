/** What a canary looks like, in any text: see canary-values.ts. Ids are looked for too. */
const SHAPES =
  /zqk[0-9a-z]{4}wvx|731\d{9,}|73\d{6,}\.37|2[45]\d\d-\d\d-\d\d(?:T\d\d:\d\d:\d\d\.\d{3}Z)?|PT731\d*H37M|\+49 7310 \d{5} 371|12\.7\d{4}3|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/gi;
const NAMES = /[a-z][a-z0-9_]{2,}/gi;
/** Long enough to hold something, in the letters of base64, with and without those that addresses take. */
const BASE64 = /[A-Za-z0-9+/_-]{16,}={0,2}/g;
const HEX = /(?:[0-9a-f]{2}){10,}/gi;

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

const percentDecoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text.replaceAll(/%([0-9a-f]{2})/gi, (_all, code: string) => String.fromCharCode(parseInt(code, 16)));
  }
};

/** The text as it is, and as it would be read by whoever takes its escapes, or what is packed in it, apart. */
export function forms(text: string): string[] {
  const found = [text];
  if (text.includes('\\')) {
    found.push(
      text
        .replaceAll(/\\u([0-9a-f]{4})/gi, (_all, code: string) => String.fromCharCode(parseInt(code, 16)))
        .replaceAll(/\\x([0-9a-f]{2})/gi, (_all, code: string) => String.fromCharCode(parseInt(code, 16)))
        .replaceAll('\\/', '/')
        .replaceAll('\\n', '\n'),
    );
  }
  if (/%[0-9a-f]{2}/i.test(text)) found.push(percentDecoded(text));
  if (/&[#a-z0-9]+;/i.test(text)) {
    found.push(
      text
        .replaceAll(/&#x([0-9a-f]+);/gi, (_all, code: string) => String.fromCodePoint(parseInt(code, 16) % 0x110000))
        .replaceAll(/&#(\d+);/g, (_all, code: string) => String.fromCodePoint(Number(code) % 0x110000))
        .replaceAll(/&([a-z]+);/gi, (all, name: string) => ENTITIES[name.toLowerCase()] ?? all),
    );
  }
  // A run of letters is packed in one of four ways to begin; addresses and ids hardly ever are packed at all.
  for (const [run] of text.matchAll(BASE64)) found.push(Buffer.from(run, 'base64').toString('latin1'));
  for (const [run] of text.matchAll(HEX)) found.push(Buffer.from(run, 'hex').toString('latin1'));
  return found;
}

export type Marks = {
  /** Values, in small letters. */
  readonly values: ReadonlySet<string>;
  /** Names, as whole words. */
  readonly names: ReadonlySet<string>;
};

/** Marks that stand in the answer, in any form, and were not in what the caller sent. */
export function marksIn(answer: string, sent: string, { values, names }: Marks): string[] {
  const found = new Set<string>();
  const said = sent.toLowerCase();
  for (const text of forms(answer)) {
    for (const [word] of text.matchAll(SHAPES)) {
      const mark = word.toLowerCase();
      if (values.has(mark) && !said.includes(mark)) found.add(mark);
      // A day stands at the beginning of a moment.
      if (mark.length > 10 && mark[4] === '-' && values.has(mark.slice(0, 10)) && !said.includes(mark.slice(0, 10)))
        found.add(mark.slice(0, 10));
    }
    if (names.size === 0) continue;
    for (const [word] of text.matchAll(NAMES)) {
      const name = word.toLowerCase();
      if (names.has(name) && !said.includes(name)) found.add(name);
    }
  }
  return [...found];
}
