/** A number as people type it: spaces are left out and a lone comma is a decimal point; what is no number goes to the server as typed. */
export function typedNumber(text: string): string {
  const packed = text.replace(/[\s\u00a0\u202f']/g, '');
  if (/^-?\d*,\d+$/.test(packed)) return packed.replace(',', '.');
  return /^-?\d{1,3}(,\d{3})+(\.\d+)?$/.test(packed) ? packed.replace(/,/g, '') : packed;
}
