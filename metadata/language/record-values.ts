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
 *   time                  'HH:MM:SS' ('HH:MM' is read too)
 *   duration              ISO 8601, such as PT1H30M, or its seconds
 *   datetime              RFC 3339 with offset or Z; anything finer than a millisecond is cut off
 *   multi_picklist, tags  array of codes or tags ([] counts as null)
 *   address, geo_point    { street, city, ... }, { lat, lng }
 *   json, rich_text       anything but null
 *   lookup, user          id, or { id, label?, <field>: value ... }; a path such as account.industry needs the second form
 *   many_to_many          array of ids, or of { id, ... } ([] counts as null); it is a relation's name, too
 *   polymorphic           { object, id, label? }
 *   a relation's name     array of records, for any / all / none
 */
export type RecordValues = { readonly [name: string]: unknown };
