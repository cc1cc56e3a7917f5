const MAX_SLUG = 40;

/**
 * A physical name: readable at creation, unique for ever by its number, never changed afterwards.
 *
 * Shape: `<slug>_<number in base 36>`, at most 63 bytes with every prefix and suffix we put to it (uq_, _updated, _cur). The number always
 *        holds a digit, and what we put behind a name never does: so `x_cur`, the currency of `x`, can not be the column of another field.
 *        Names of the system begin with `sys_` and names of elements never do.
 */
export const physicalName = (apiName: string, number: number): string => `${slug(apiName)}_${digits(number)}`;

const digits = (number: number): string => {
  const text = number.toString(36);
  return /\d/.test(text) ? text : `0${text}`;
};

/** API names are plain already; what is not is left out, so that no name can mean anything to Postgres. */
const slug = (apiName: string): string => {
  const plain = apiName.toLowerCase().replace(/[^a-z0-9_]/g, '');
  return (/^(sys|pg)_/.test(`${plain}_`) ? `x_${plain}` : plain).slice(0, MAX_SLUG) || 'x';
};

/** The number in a physical name: the order in which columns were made. */
export const numberOf = (name: string): number => Number.parseInt(name.slice(name.lastIndexOf('_') + 1), 36);
