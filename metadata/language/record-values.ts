/**
 * A record in memory, keyed by API name, as the evaluator reads it.
 *
 * Shape:  one entry for each field the expression needs; a missing entry means "not loaded" and makes the answer unknown, so a caller
 * that knows a field is empty puts null. Values have the form of the API:
 *   text, picklist        string ('' counts as null)
 *   integer, version      number or string of digits
 *   decimal, percent      decimal string (a number is taken as it prints)
 *   currency              { amount, currency }, or the amount alone
 *   boolean               true, false
 *   date                  'YYYY-MM-DD'
 *   datetime              RFC 3339 with offset or Z; anything finer than a millisecond is cut off
 *   multi_picklist        array of codes ([] counts as null)
 *   lookup, user          id, or { id, label?, <field>: value ... }; a path such as account.industry needs the second form
 *   many_to_many          array of ids, or of { id, ... } ([] counts as null); it is a relation's name, too
 *   a relation's name     array of records, for any / all / none
 */
export type RecordValues = { readonly [name: string]: unknown };
