/** One e-mail address and nothing else: no list, comment, quoted part, domain literal, blank or control character that a mail header would read as more. */
const ADDRESS = /^[^\s\p{Cc}@<>()[\]",;:\\]{1,64}@[^\s\p{Cc}@<>()[\]",;:\\]{1,253}$/u;

export const isPlainAddress = (text: string): boolean => text.length <= 254 && ADDRESS.test(text);
