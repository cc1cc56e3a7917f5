// Generated from metadata/schema by scripts/generate-types.mjs: edit the schemas, then run `npm run generate`.

/** A condition or expression as it stands in JSON; metadata/language parses it. */
export type ConditionJson = { [operator: string]: unknown };

/**
 * Something people do with a record of an object besides changing its fields one by one: a button that may ask for values, sets fields and starts workflows. Who may run it is said by name in roles and permissions.
 */
export interface ActionDocument {
  /**
   * Path or address of this JSON Schema, so that editors complete and check the file.
   */
  $schema?: string;
  /**
   * Says that this file is an action.
   */
  kind: 'action';
  /**
   * Stable id of this action, unique over all packs. It never changes: renames keep it.
   */
  id: string;
  /**
   * API name of the object.
   */
  object: string;
  /**
   * API name, unique in the object. Permissions name it, and so does the call that runs it: POST /records/{object}/{id}/actions/{name}.
   */
  name: string;
  /**
   * What the button says.
   */
  label: string;
  /**
   * What it does, shown in the form before it is run.
   */
  description?: string;
  /**
   * Lucide icon name.
   */
  icon?: string;
  /**
   * Place among the actions of the object.
   */
  order?: number;
  /**
   * An inactive action is offered nowhere and can not be run.
   */
  inactive?: boolean;
  /**
   * On which records it is offered and can be run; on every one when left out. Judged on the record as it is when the action runs.
   */
  when?: ConditionJson;
  /**
   * With whose rights the fields are set: the person's own, or those of the system, so that the action can set what the person may not set otherwise. Rules of the object hold for both.
   */
  runAs?: 'user' | 'system';
  /**
   * Values that the person is asked for, in order.
   *
   * @maxItems 20
   *
   * Items: One value.
   */
  inputs?: {
    /**
     * API name, unique in the action.
     */
    name: string;
    /**
     * A field of the object: the value is of its type, with its choices, limits and label.
     */
    field?: string;
    /**
     * Type of a value that is like no field.
     */
    type?:
      | 'text'
      | 'long_text'
      | 'email'
      | 'phone'
      | 'url'
      | 'integer'
      | 'decimal'
      | 'percent'
      | 'score'
      | 'duration'
      | 'boolean'
      | 'date'
      | 'time'
      | 'datetime'
      | 'lookup'
      | 'user';
    /**
     * Label; that of the field when left out.
     */
    label?: string;
    /**
     * One sentence below it.
     */
    help?: string;
    /**
     * Whether it must be filled in.
     */
    required?: boolean;
    /**
     * lookup: API name of the object to choose from.
     */
    target?: string;
  }[];
  /**
   * Fields that the action sets. Values are literals, {"$input": name}, or {"$expr": expression} over the record and $user.
   */
  set?: {
    /**
     * A literal, {"$input": name} or {"$expr": expression}.
     */
    [k: string]: unknown;
  };
}

/**
 * An app: a named navigation over objects and views.
 */
export interface AppDocument {
  /**
   * Path or address of this JSON Schema, so that editors complete and check the file.
   */
  $schema?: string;
  /**
   * Says that this file is an app.
   */
  kind: 'app';
  /**
   * Stable id of this app, unique over all packs. It never changes: renames keep it, and tables and history are bound to it.
   */
  id: string;
  /**
   * API name.
   */
  name: string;
  /**
   * Name for people.
   */
  label: string;
  /**
   * Icon, by its Lucide name.
   */
  icon?: string;
  /**
   * Place among the apps, ascending.
   */
  order?: number;
  /**
   * Roles that see the app; everybody when left out.
   *
   * Items: Role.
   */
  roles?: string[];
  /**
   * Entries of the navigation in order. Entries whose object the user may not read are left out.
   *
   * @minItems 1
   *
   * Items: An entry.
   */
  items: {
    /**
     * Stable id of the entry within the app.
     */
    id: string;
    /**
     * Object it opens.
     */
    object: string;
    /**
     * View it opens; the first of the object when left out.
     */
    view?: string;
    /**
     * Label; the plural label of the object when left out.
     */
    label?: string;
    /**
     * Heading under which it stands.
     */
    group?: string;
  }[];
}

/**
 * A test that a pack ships: what people do and what comes of it. It runs before the pack is installed or upgraded, on tables that are thrown away.
 */
export interface CaseDocument {
  /**
   * Path or address of this JSON Schema, so that editors complete and check the file.
   */
  $schema?: string;
  /**
   * Says that this file is a case.
   */
  kind: 'case';
  /**
   * Name, unique in the pack.
   */
  name: string;
  /**
   * What it proves, as a sentence.
   */
  label: string;
  /**
   * The moment at which it happens, for rules with dates; today when left out.
   */
  now?: string;
  /**
   * What happens, in order.
   *
   * @minItems 1
   * @maxItems 100
   *
   * Items: One thing that somebody does, and what is expected of it.
   */
  steps: {
    /**
     * What is done.
     */
    do: 'create' | 'update' | 'delete' | 'read' | 'list';
    /**
     * Who does it: a role, or role:name to tell people of one role apart. The system, which may do everything, when left out.
     */
    as?: string;
    /**
     * create, list: the object.
     */
    object?: string;
    /**
     * create: a name for the record, for later steps. update, delete, read: the record.
     */
    key?: string;
    /**
     * create, update: field to value, as in the API. {"$ref": "key"} is a record of this case, {"$ref": "object:key"} one of the data of a pack, {"$user": "role:name"} a person.
     */
    values?: {};
    /**
     * list: which records.
     */
    filter?: ConditionJson;
    /**
     * The outcome; success when left out.
     */
    expect?: {
      /**
       * create, update, read: what these fields are afterwards.
       */
      values?: {};
      /**
       * list: number of records the person sees.
       */
      count?: number;
      /**
       * It is refused, with this code.
       */
      error?: 'duplicate' | 'forbidden' | 'malformed' | 'not_found' | 'record_invalid' | 'conflict';
      /**
       * It is refused, and these are among the problems.
       *
       * @minItems 1
       *
       * Items: A problem.
       */
      issues?: {
        /**
         * JSON Pointer to the field, "" for the record.
         */
        path?: string;
        /**
         * Code of the problem.
         */
        code?: string;
        /**
         * Its text.
         */
        message?: string;
      }[];
    };
  }[];
}

/**
 * Records that a pack ships, loaded once for each tenant; they then belong to the people who use them. Files load in the order of their names, so a later version brings its changes in a file of its own, such as 020_new_stages.json.
 */
export interface DataDocument {
  /**
   * Path or address of this JSON Schema, so that editors complete and check the file.
   */
  $schema?: string;
  /**
   * Says that this file is a data.
   */
  kind: 'data';
  /**
   * Object of the records.
   */
  object: string;
  /**
   * Records that are made where they are not there yet; may be empty.
   *
   * Items: A record.
   */
  records: {
    /**
     * Stable key; the id of the record is derived from pack, object and key.
     */
    key: string;
    /**
     * Field name to value, as in the API; a lookup is {"$ref": "object:key"}, several links a list of them.
     */
    values: {};
  }[];
  /**
   * Changes of records of this pack, in a file whose name begins with a number. A person's change wins: each is made only where people left the record as it was.
   *
   * @minItems 1
   *
   * Items: A change of one record.
   */
  updates?: {
    /**
     * Key of the record.
     */
    key: string;
    /**
     * Field name to the value it had, for every field in values, and for others it depends on. Where one of them differs, or the record is gone, nothing of it is changed.
     */
    was: {};
    /**
     * Field name to its new value.
     */
    values: {};
  }[];
}

/**
 * A field of an object. The properties a field may use depend on its type.
 */
export interface FieldDocument {
  /**
   * Path or address of this JSON Schema, so that editors complete and check the file.
   */
  $schema?: string;
  /**
   * Says that this file is a field.
   */
  kind: 'field';
  /**
   * Stable id of this field, unique over all packs. It never changes: renames keep it, and tables and history are bound to it.
   */
  id: string;
  /**
   * API name of the object the field belongs to; it may belong to another pack.
   */
  object: string;
  /**
   * API name: snake_case, unique in the object.
   */
  name: string;
  /**
   * Label for people.
   */
  label: string;
  /**
   * Help text shown with the field.
   */
  help?: string;
  /**
   * Type of the field.
   */
  type:
    | 'text'
    | 'long_text'
    | 'rich_text'
    | 'integer'
    | 'decimal'
    | 'currency'
    | 'percent'
    | 'score'
    | 'rating'
    | 'boolean'
    | 'date'
    | 'time'
    | 'datetime'
    | 'duration'
    | 'email'
    | 'phone'
    | 'url'
    | 'address'
    | 'geo_point'
    | 'json'
    | 'tags'
    | 'picklist'
    | 'multi_picklist'
    | 'lookup'
    | 'master_detail'
    | 'user'
    | 'many_to_many'
    | 'polymorphic'
    | 'encrypted_text'
    | 'file'
    | 'image'
    | 'autonumber'
    | 'formula'
    | 'rollup';
  /**
   * A record can not be saved without a value.
   */
  required?: boolean;
  /**
   * No two live records may hold the same value (text is compared without case).
   */
  unique?: boolean;
  /**
   * Builds an index: for fields that are often filtered or sorted. A roll-up that is indexed is stored.
   */
  indexed?: boolean;
  /**
   * The value is found by text search: the q parameter, the search box of a list, the search over all objects.
   */
  searchable?: boolean;
  /**
   * Whether changes are written to the history; follows the object when left out.
   */
  track?: boolean;
  /**
   * Of a link: records stand in the timeline of the record that it leads to.
   */
  timeline?: boolean;
  /**
   * Value of a new record: a literal, or {"$expr": expression}, or for lookups {"$lookup": {"where": condition, "sort": field}} for the first matching record. Conditions may use $record for values already set and $user.
   */
  default?: unknown;
  /**
   * What existing records get in this field when it is published on a system that has these fields: once, and only where this field is empty. Ids of fields, also of other packs, that may be retired by the same change; the first one with a value counts. For a type with parts, the field of each part.
   */
  takesFrom?:
    | string[]
    | {
        /**
         * Id of a field of the same object.
         */
        [k: string]: string;
      };
  /**
   * datetime: API name of a field of the same object. Whenever a write gives that field another value, this one becomes the moment of the write, unless the write gives it too: when a stage was entered.
   */
  stampedBy?: string;
  /**
   * text, long_text, rich_text (counting its text alone), email, phone, url: greatest number of characters.
   */
  maxLength?: number;
  /**
   * decimal: number of digits in all.
   */
  precision?: number;
  /**
   * decimal, percent: digits after the point; formula, rollup: digits the result is rounded to.
   */
  scale?: number;
  /**
   * integer, decimal, currency, percent, score (0 when left out), duration (in seconds): smallest value, written as a decimal string.
   */
  min?: string;
  /**
   * integer, decimal, currency, percent, score (100 when left out), rating (number of stars, 5 when left out), duration (in seconds): largest value, written as a decimal string.
   */
  max?: string;
  /**
   * picklist, multi_picklist, formula that returns one: the choices in order.
   *
   * @minItems 1
   * @maxItems 1000
   *
   * Items: One choice of a picklist.
   */
  options?: {
    /**
     * Stable code stored in the record; never shown, never changed.
     */
    value: string;
    /**
     * Text for people.
     */
    label: string;
    /**
     * Colour of the choice, by token name.
     */
    color?: 'neutral' | 'accent' | 'success' | 'warning' | 'danger' | 'info';
    /**
     * Inactive choices stay readable but can no longer be chosen.
     */
    inactive?: boolean;
    /**
     * Takes the choice away: it can no longer be chosen, and publishing gives records that hold it the one named here. Keep the entry, so that the history of records stays readable.
     */
    replacedBy?: string;
  }[];
  /**
   * picklist: the options that can be chosen depend on another picklist of the record.
   */
  dependsOn?: {
    /**
     * API name of the picklist that decides.
     */
    field: string;
    /**
     * Options that can be chosen, by option of the deciding picklist. An option that is not listed leaves none, and so does no value.
     */
    values: {
      /**
       * Codes of the options.
       *
       * Items: Code of an option.
       */
      [k: string]: string[];
    };
  };
  /**
   * lookup, master_detail, many_to_many: API name of the object the field points to.
   */
  target?: string;
  /**
   * polymorphic: API names of the objects the field may point to.
   *
   * @minItems 1
   * @maxItems 30
   */
  targets?: string[];
  /**
   * encrypted_text: the last four characters of a value of 12 or more are shown, and stored, in the open.
   */
  showLast4?: boolean;
  /**
   * encrypted_text: people who may reveal secrets can open the value; each time is written down. Left out, nobody can.
   */
  reveal?: boolean;
  /**
   * lookup: what happens when the target goes to the recycle bin for good: clear the link, or refuse.
   */
  onDelete?: 'clear' | 'restrict';
  /**
   * lookup, master_detail, many_to_many, user: which records may be chosen; {"var":"$record.x"} reads the record being edited. Enforced at every write.
   */
  where?: ConditionJson;
  /**
   * lookup, master_detail, many_to_many, polymorphic: the relation seen from the target (from each of several), for related lists and conditions over related records.
   */
  inverse?: {
    /**
     * API name of the relation on the target object, such as "deals".
     */
    name: string;
    /**
     * Label of the relation, for people.
     */
    label: string;
  };
  /**
   * autonumber: display format; {0000} is replaced by the number, padded with zeros to that width.
   */
  format?: string;
  /**
   * autonumber: first number.
   */
  start?: number;
  /**
   * formula: what the value is computed by, such as "amount * probability / 100". See docs/formulas.md.
   */
  formula?: string;
  /**
   * formula: type of the result. When left out it follows from the formula; money and a picklist have to be asked for. A picklist is given by the code of one of its options.
   */
  returns?: 'text' | 'decimal' | 'currency' | 'percent' | 'date' | 'datetime' | 'boolean' | 'picklist';
  /**
   * formula: the currency field, or path over links to one, whose currency a result in money has. Not needed where the formula reads just one.
   */
  currencyOf?: string;
  /**
   * rollup: which related records are brought together, and how.
   */
  rollup?: {
    /**
     * Name of the relation, as the inverse of a link names it, such as "deals".
     */
    relation: string;
    /**
     * What is made of the records.
     */
    function: 'count' | 'sum' | 'min' | 'max' | 'avg';
    /**
     * Field of the related records that is added up or compared; count has none.
     */
    field?: string;
    /**
     * Which of the related records count; all when left out.
     */
    where?: ConditionJson;
  };
  /**
   * rollup: stored with the record and kept up to date, so that long lists can be filtered and sorted by it.
   */
  materialized?: boolean;
}

/**
 * How the record page of an object is laid out, and which fields its forms show.
 */
export interface LayoutDocument {
  /**
   * Path or address of this JSON Schema, so that editors complete and check the file.
   */
  $schema?: string;
  /**
   * Says that this file is a layout.
   */
  kind: 'layout';
  /**
   * Stable id of this layout, unique over all packs. It never changes: renames keep it, and tables and history are bound to it.
   */
  id: string;
  /**
   * API name of the object.
   */
  object: string;
  /**
   * API name, unique in the object; "record" is the standard one.
   */
  name: string;
  /**
   * Name for people.
   */
  label: string;
  /**
   * Key fields shown at the head of the page.
   *
   * @maxItems 7
   *
   * Items: Field.
   */
  highlights?: string[];
  /**
   * Field shown as a path of stages at the head: a picklist, or a lookup.
   */
  path?: string;
  /**
   * Sections in order.
   *
   * @minItems 1
   *
   * Items: A group of fields under a heading.
   */
  sections: {
    /**
     * Stable id of the section within the layout.
     */
    id: string;
    /**
     * Heading.
     */
    label: string;
    /**
     * Number of columns on a wide screen.
     */
    columns?: number;
    /**
     * Whether the section starts collapsed.
     */
    collapsed?: boolean;
    /**
     * When the section is shown.
     */
    visible?: ConditionJson;
    /**
     * Fields in order.
     *
     * Items: A field on the layout.
     */
    fields: {
      /**
       * API name of the field.
       */
      field: string;
      /**
       * When the field is shown.
       */
      visible?: ConditionJson;
      /**
       * When a value is required, besides what the field itself says.
       */
      required?: ConditionJson;
      /**
       * When the field can not be edited.
       */
      readOnly?: ConditionJson;
      /**
       * Whether it spans all columns.
       */
      wide?: boolean;
    }[];
  }[];
  /**
   * Related lists in order.
   *
   * Items: A list of records that point to this one.
   */
  related?: {
    /**
     * Stable id of the list within the layout.
     */
    id: string;
    /**
     * Object of the listed records.
     */
    object: string;
    /**
     * Their lookup or master_detail field that points here.
     */
    field: string;
    /**
     * Heading; the relation's own label when left out.
     */
    label?: string;
    /**
     * Columns.
     *
     * @minItems 1
     *
     * Items: Field, or a path over lookups.
     */
    columns: string[];
    /**
     * Order of the records.
     *
     * @maxItems 3
     *
     * Items: One level of the order.
     */
    sort?: {
      /**
       * Field, or a path over lookups.
       */
      field: string;
      /**
       * Direction.
       */
      direction: 'asc' | 'desc';
    }[];
    /**
     * Rows shown at first.
     */
    limit?: number;
  }[];
}

/**
 * An object: a kind of record with its own table, screens and permissions.
 */
export interface ObjectDocument {
  /**
   * Path or address of this JSON Schema, so that editors complete and check the file.
   */
  $schema?: string;
  /**
   * Says that this file is an object.
   */
  kind: 'object';
  /**
   * Stable id of this object, unique over all packs. It never changes: renames keep it, and tables and history are bound to it.
   */
  id: string;
  /**
   * API name: singular, snake_case. Used in the API, in conditions and in other files.
   */
  name: string;
  /**
   * Name of one record, for people.
   */
  label: string;
  /**
   * Name of many records, for people.
   */
  pluralLabel: string;
  /**
   * What the object is for; shown to administrators.
   */
  description?: string;
  /**
   * Icon, by its Lucide name, such as "building-2".
   */
  icon?: string;
  /**
   * API name of the field whose value names a record wherever it is linked. It must be a text or autonumber field of this object.
   */
  nameField: string;
  /**
   * Whether changes of fields are written to the history of the record.
   */
  trackHistory?: boolean;
  /**
   * How records of this object stand in the timelines of the records they belong to, by links of theirs that say "timeline".
   */
  timeline?: {
    /**
     * Date or moment that says when it happened; where there is none, when the record was made.
     */
    date?: string;
    /**
     * Fields shown with the name of the record.
     *
     * @maxItems 4
     *
     * Items: Field.
     */
    summary?: string[];
    /**
     * Fields whose changes are entries of their own, such as a stage.
     *
     * @maxItems 4
     *
     * Items: Field.
     */
    changes?: string[];
    /**
     * Whether it is an entry that a record was deleted.
     */
    deleted?: boolean;
  };
  /**
   * Indexes on several fields together: for lists that are filtered by the first and ordered or filtered by the next, such as the columns of a board. Each costs a little with every change.
   *
   * @maxItems 20
   *
   * Items: An index: the fields that are compared for equality first, the one that is sorted by or compared for more and less last.
   */
  indexes?: {
    /**
     * Fields, in the order of the index.
     *
     * @minItems 2
     * @maxItems 3
     *
     * Items: Field.
     */
    fields: string[];
  }[];
}

/**
 * What a pack changes in an element of another pack that it needs: the changed properties only, so that the rest follows its own pack.
 */
export interface OverrideDocument {
  /**
   * Path or address of this JSON Schema, so that editors complete and check the file.
   */
  $schema?: string;
  /**
   * Says that this file is an override.
   */
  kind: 'override';
  /**
   * Stable id of the changed element.
   */
  element: string;
  /**
   * Kind of the changed element.
   */
  of:
    | 'action'
    | 'app'
    | 'field'
    | 'layout'
    | 'object'
    | 'permission'
    | 'process'
    | 'record_type'
    | 'role'
    | 'template'
    | 'translation'
    | 'validation'
    | 'view'
    | 'workflow';
  /**
   * Name of the changed element when this was written, for people who read the file.
   */
  name?: string;
  /**
   * JSON Pointer of a property to its new value; null takes the property away. Lists are named as a whole and merged with what their pack makes of them, entry by entry, when "was" says what they were.
   */
  set?: {};
  /**
   * JSON Pointer to the value before the change; null where there was none.
   */
  was?: {};
  /**
   * Takes the element away instead of changing it.
   */
  retire?: true;
}

/**
 * A pack: a named, versioned set of metadata that is installed and upgraded as a whole.
 */
export interface PackDocument {
  /**
   * Path or address of this JSON Schema, so that editors complete and check the file.
   */
  $schema?: string;
  /**
   * Says that this file is a pack.
   */
  kind: 'pack';
  /**
   * API name of the pack; also the name of its folder.
   */
  name: string;
  /**
   * Name for people.
   */
  label: string;
  /**
   * Semantic version of the pack.
   */
  version: string;
  /**
   * What the pack is for, one or two sentences.
   */
  description?: string;
  /**
   * Packs that must be installed too: pack name to accepted version range (semver).
   */
  needs?: {
    [k: string]: string;
  };
}

/**
 * Records: "none", "own" (records that the user or a queue of theirs owns), "team" (and those of people in their teams), "below" (and those of people below them), "all", or {"where": condition} with $user for the caller. A list means any of them.
 */
export type PermissionRule =
  | ('none' | 'own' | 'team' | 'below' | 'all')
  | {
      /**
       * Which records.
       */
      where: ConditionJson;
    }
  | (
      | ('none' | 'own' | 'team' | 'below' | 'all')
      | {
          /**
           * Which records.
           */
          where: ConditionJson;
        }
    )[];

/**
 * What one role may do with one object. Its full name is role.object.
 */
export interface PermissionDocument {
  /**
   * Path or address of this JSON Schema, so that editors complete and check the file.
   */
  $schema?: string;
  /**
   * Says that this file is a permission.
   */
  kind: 'permission';
  /**
   * Stable id of this permission, unique over all packs. It never changes: renames keep it, and tables and history are bound to it.
   */
  id: string;
  /**
   * API name of the role.
   */
  role: string;
  /**
   * API name of the object.
   */
  object: string;
  /**
   * Whether records may be created.
   */
  create?: boolean;
  read?: PermissionRule;
  update?: PermissionRule;
  delete?: PermissionRule;
  /**
   * What the role may do with the fields of the object.
   */
  fields?: {
    /**
     * For every field not named; "edit" when left out.
     */
    default?: 'none' | 'read' | 'edit';
    /**
     * Field name to access, where it differs from the default.
     */
    only?: {
      /**
       * "none", "read" or "edit"; an object says on which records.
       */
      [k: string]:
        | 'none'
        | 'read'
        | 'edit'
        | {
            read?: PermissionRule;
            edit?: PermissionRule;
          };
    };
  };
  /**
   * Actions on records of the object besides reading and writing them one by one: "export", "import", "bulk", "merge", "share", "purge", and the names of actions of the object. Those of the role's default when left out.
   *
   * @maxItems 100
   *
   * Items: Name of an action; "*" is every one, those that are made later among them.
   */
  actions?: string[];
  /**
   * What is taken away, whatever this or another role gives. It wins over every grant.
   */
  deny?: {
    /**
     * Whether creating is taken away.
     */
    create?: boolean;
    read?: PermissionRule;
    update?: PermissionRule;
    delete?: PermissionRule;
    /**
     * Field name to what is taken away of it.
     */
    fields?: {
      /**
       * "read" takes both reading and changing away, "edit" changing; an object says on which records.
       */
      [k: string]:
        | 'read'
        | 'edit'
        | {
            read?: PermissionRule;
            edit?: PermissionRule;
          };
    };
    /**
     * Actions that may not be run.
     *
     * @maxItems 100
     *
     * Items: Name of an action; "*" is every one, those that are made later among them.
     */
    actions?: string[];
  };
}

/**
 * The states a record goes through: the options of a picklist, or the records a lookup points to. It says which moves are legal and what a state asks for.
 */
export interface ProcessDocument {
  /**
   * Path or address of this JSON Schema, so that editors complete and check the file.
   */
  $schema?: string;
  /**
   * Says that this file is a process.
   */
  kind: 'process';
  /**
   * Stable id of this process, unique over all packs. It never changes: renames keep it.
   */
  id: string;
  /**
   * API name of the object.
   */
  object: string;
  /**
   * API name, unique in the object.
   */
  name: string;
  /**
   * Name for administrators.
   */
  label: string;
  /**
   * The picklist, lookup or master_detail whose value is the state.
   */
  field: string;
  /**
   * picklist: options a new record may begin with; any when left out.
   *
   * @minItems 1
   * @maxItems 1000
   *
   * Items: Code of an option.
   */
  initial?: string[];
  /**
   * lookup: which linked records a new record may begin with, as a condition about them; any when left out.
   */
  initialWhere?: ConditionJson;
  /**
   * The moves that are legal; every move when left out. A state that no transition leads away from is final.
   *
   * @maxItems 100
   *
   * Items: A legal move.
   */
  transitions?: {
    /**
     * Stable id of this move in the process: its texts are translated under it, wherever it stands in the list.
     */
    id?: string;
    /**
     * picklist: the options it leads away from; any when left out.
     *
     * @minItems 1
     * @maxItems 1000
     *
     * Items: Code of an option.
     */
    from?: string[];
    /**
     * picklist: the options it leads to.
     *
     * @minItems 1
     * @maxItems 1000
     *
     * Items: Code of an option.
     */
    to?: string[];
    /**
     * lookup: the linked records it leads away from, as a condition about them; any when left out.
     */
    fromWhere?: ConditionJson;
    /**
     * lookup: the linked records it leads to, as a condition about them; any when left out.
     */
    toWhere?: ConditionJson;
    /**
     * Name of the move, for people.
     */
    label?: string;
    /**
     * What must hold for the record; {"var":"$previous.x"} and {"changed":"x"} look at it before the move.
     */
    when?: ConditionJson;
    /**
     * Fields that must have a value for the move.
     *
     * @minItems 1
     * @maxItems 40
     *
     * Items: API name of a field.
     */
    required?: string[];
    /**
     * Roles that may make the move; everybody when left out. What runs as the system may.
     *
     * @minItems 1
     *
     * Items: API name of a role.
     */
    roles?: string[];
    /**
     * What the person is told when "when" does not hold or the role is missing.
     */
    message?: string;
  }[];
  /**
   * What states ask for, whichever way they are entered, and as long as the record is in them.
   *
   * @minItems 1
   * @maxItems 100
   *
   * Items: Fields that states need.
   */
  enter?: {
    /**
     * Stable id of this requirement in the process: its texts are translated under it, wherever it stands in the list.
     */
    id?: string;
    /**
     * picklist: the options.
     *
     * @minItems 1
     * @maxItems 1000
     *
     * Items: Code of an option.
     */
    to?: string[];
    /**
     * lookup: the linked records, as a condition about them.
     */
    toWhere?: ConditionJson;
    /**
     * Fields that must have a value.
     *
     * @minItems 1
     * @maxItems 40
     *
     * Items: API name of a field.
     */
    required: string[];
    /**
     * What the person is told instead of the built-in text: what is wrong and what to do.
     */
    message?: string;
  }[];
  /**
   * What the person is told when a move is not among the transitions.
   */
  message?: string;
  /**
   * An inactive process is kept but not enforced.
   */
  inactive?: boolean;
}

/**
 * A kind of record of an object, with choices, a page and processes of its own. An object that has record types has a field "record_type", which holds the id of the type.
 */
export interface RecordTypeDocument {
  /**
   * Path or address of this JSON Schema, so that editors complete and check the file.
   */
  $schema?: string;
  /**
   * Says that this file is a record type.
   */
  kind: 'record_type';
  /**
   * Stable id of this record type, unique over all packs. Records hold it, so it never changes.
   */
  id: string;
  /**
   * API name of the object.
   */
  object: string;
  /**
   * API name, unique in the object.
   */
  name: string;
  /**
   * Label for people.
   */
  label: string;
  /**
   * What the type is for, shown where it is chosen.
   */
  description?: string;
  /**
   * Place among the types of the object.
   */
  order?: number;
  /**
   * Whether new records have this type when none is chosen. Without one, the first that may be chosen.
   */
  default?: boolean;
  /**
   * Records keep an inactive type, and no further ones get it.
   */
  inactive?: boolean;
  /**
   * Roles that may choose it; everybody when left out. What runs as the system may.
   *
   * @minItems 1
   *
   * Items: API name of a role.
   */
  roles?: string[];
  /**
   * Name of the layout of the object that records of this type have; the standard one when left out.
   */
  layout?: string;
  /**
   * Choices of records of this type, by API name of a picklist; all choices of those that are left out.
   */
  picklists?: {
    /**
     * The choices of one picklist.
     */
    [k: string]: {
      /**
       * Codes of the options that can be chosen.
       *
       * @minItems 1
       * @maxItems 1000
       *
       * Items: Code of an option.
       */
      options: string[];
      /**
       * Code of the option that new records have.
       */
      default?: string;
    };
  };
  /**
   * Process that holds for records of this type, by API name of the field. Processes that a type names hold for such types only; a field that is left out has the process that no type names.
   */
  processes?: {
    /**
     * Name of a process of the object over this field.
     */
    [k: string]: string;
  };
}

/**
 * A role: what the people who have it may do. Several roles add up.
 */
export interface RoleDocument {
  /**
   * Path or address of this JSON Schema, so that editors complete and check the file.
   */
  $schema?: string;
  /**
   * Says that this file is a role.
   */
  kind: 'role';
  /**
   * Stable id of this role, unique over all packs. It never changes: renames keep it, and tables and history are bound to it.
   */
  id: string;
  /**
   * API name.
   */
  name: string;
  /**
   * Name for people.
   */
  label: string;
  /**
   * What the role is for.
   */
  description?: string;
  /**
   * Marks a permission set: rights that are given on top of a role, and no job by themselves.
   */
  set?: boolean;
  /**
   * Roles and permission sets whose rights this one has too.
   *
   * @maxItems 30
   *
   * Items: API name of a role.
   */
  includes?: string[];
  /**
   * What the role may do besides working with records.
   *
   * Items: Capability.
   */
  capabilities?: (
    'edit_metadata' | 'manage_users' | 'manage_settings' | 'view_automation' | 'reveal_secrets' | 'explain_access' | 'view_as'
  )[];
  /**
   * What the role may do with objects for which it has no permission file.
   */
  default?: {
    /**
     * Whether records may be created.
     */
    create?: boolean;
    /**
     * Which records may be read: "none", "own" (records that the user or a queue of theirs owns), "team" (and those of people in their teams), "below" (and those of people below them), "all".
     */
    read?: 'none' | 'own' | 'team' | 'below' | 'all';
    /**
     * Which records may be changed, before and after the change: "none", "own" (records that the user or a queue of theirs owns), "team" (and those of people in their teams), "below" (and those of people below them), "all".
     */
    update?: 'none' | 'own' | 'team' | 'below' | 'all';
    /**
     * Which records may be sent to the recycle bin and restored: "none", "own" (records that the user or a queue of theirs owns), "team" (and those of people in their teams), "below" (and those of people below them), "all".
     */
    delete?: 'none' | 'own' | 'team' | 'below' | 'all';
    /**
     * What it may do with their fields.
     */
    fields?: 'none' | 'read' | 'edit';
    /**
     * Actions on records of the object besides reading and writing them one by one: "export", "import", "bulk", "merge", "share", "purge", and the names of actions of any object.
     *
     * @maxItems 100
     *
     * Items: Name of an action; "*" is every one, those that are made later among them.
     */
    actions?: string[];
  };
}

/**
 * A text with places for values of a record, for e-mail. Handlebars with a closed list of helpers.
 */
export interface TemplateDocument {
  /**
   * Path or address of this JSON Schema, so that editors complete and check the file.
   */
  $schema?: string;
  /**
   * Says that this file is a template.
   */
  kind: 'template';
  /**
   * Stable id of this template, unique over all packs. It never changes: renames keep it, and tables and history are bound to it.
   */
  id: string;
  /**
   * API name.
   */
  name: string;
  /**
   * Name for people.
   */
  label: string;
  /**
   * Object whose fields it uses.
   */
  object?: string;
  /**
   * Subject line.
   */
  subject: string;
  /**
   * Body as plain text.
   */
  text: string;
  /**
   * Body as HTML; made from the text when left out.
   */
  html?: string;
}

/**
 * Texts of elements in one language: labels, help, options, messages, headings and e-mail templates. What is left out is shown in the text of the element itself.
 */
export interface TranslationDocument {
  /**
   * Path or address of this JSON Schema, so that editors complete and check the file.
   */
  $schema?: string;
  /**
   * Says that this file is a translation.
   */
  kind: 'translation';
  /**
   * Stable id of this translation, unique over all packs. It never changes: renames keep it.
   */
  id: string;
  /**
   * Language tag, such as "de" or "de-AT". A text that "de-AT" does not have is taken from "de", then from the element itself.
   */
  locale: string;
  /**
   * API name, unique within the locale: the object whose texts it holds, as a rule.
   */
  name: string;
  /**
   * Texts by the stable id of their element.
   */
  texts: {
    /**
     * Texts of one element by their key: "label", "pluralLabel", "help", "message", "subject", "text", "html", "options.<value>", "sections.<id>", "related.<id>", "items.<id>", "inverse".
     */
    [k: string]: {
      /**
       * The text in this language.
       */
      [k: string]: string;
    };
  };
}

/**
 * A rule that a record must obey. It is checked in the one write path, and in the form by the same code.
 */
export interface ValidationDocument {
  /**
   * Path or address of this JSON Schema, so that editors complete and check the file.
   */
  $schema?: string;
  /**
   * Says that this file is a validation.
   */
  kind: 'validation';
  /**
   * Stable id of this validation, unique over all packs. It never changes: renames keep it, and tables and history are bound to it.
   */
  id: string;
  /**
   * API name of the object.
   */
  object: string;
  /**
   * API name, unique in the object.
   */
  name: string;
  /**
   * Name for administrators.
   */
  label: string;
  /**
   * When it is checked; both when left out.
   *
   * @minItems 1
   *
   * Items: Kind of write.
   */
  on?: ('create' | 'update')[];
  /**
   * The save is refused when this holds. {"var":"$previous.x"} and {"changed":"x"} look at the record before the change.
   */
  errorWhen: ConditionJson;
  /**
   * What the person is told: what is wrong and what to do.
   */
  message: string;
  /**
   * Field the message is shown at; the whole record when left out.
   */
  field?: string;
  /**
   * An inactive rule is kept but not checked.
   */
  inactive?: boolean;
}

/**
 * A saved view of an object: a list, or a board.
 */
export interface ViewDocument {
  /**
   * Path or address of this JSON Schema, so that editors complete and check the file.
   */
  $schema?: string;
  /**
   * Says that this file is a view.
   */
  kind: 'view';
  /**
   * Stable id of this view, unique over all packs. It never changes: renames keep it, and tables and history are bound to it.
   */
  id: string;
  /**
   * API name of the object.
   */
  object: string;
  /**
   * API name, unique in the object.
   */
  name: string;
  /**
   * Name for people.
   */
  label: string;
  /**
   * How the records are shown.
   */
  type: 'list' | 'board';
  /**
   * Place among the views of the object, ascending; the first is the default.
   */
  order?: number;
  /**
   * Which records it shows.
   */
  filter?: ConditionJson;
  /**
   * Order of the records.
   *
   * @maxItems 3
   *
   * Items: One level of the order.
   */
  sort?: {
    /**
     * Field, or a path over lookups.
     */
    field: string;
    /**
     * Direction.
     */
    direction: 'asc' | 'desc';
  }[];
  /**
   * list: columns in order.
   *
   * Items: A column.
   */
  columns?: {
    /**
     * Field, or a path over lookups.
     */
    field: string;
    /**
     * Width in CSS pixels.
     */
    width?: number;
  }[];
  /**
   * Fields offered as quick filters above the records.
   *
   * @maxItems 8
   *
   * Items: Field.
   */
  quickFilters?: string[];
  /**
   * board: how the cards are arranged.
   */
  board?: {
    /**
     * Field that decides the column: a picklist, or a lookup whose target records become the columns.
     */
    by: string;
    /**
     * Number or currency fields summed per column, over the whole column.
     *
     * @maxItems 3
     *
     * Items: Field.
     */
    sums?: string[];
    /**
     * Fields on a card, the first as its title.
     *
     * @minItems 1
     * @maxItems 8
     *
     * Items: Field, or a path over lookups.
     */
    card: string[];
    /**
     * By a lookup: which target records become columns, and how.
     */
    columns?: {
      /**
       * Which target records.
       */
      where?: ConditionJson;
      /**
       * Order of the records.
       *
       * @maxItems 3
       *
       * Items: One level of the order.
       */
      sort?: {
        /**
         * Field, or a path over lookups.
         */
        field: string;
        /**
         * Direction.
         */
        direction: 'asc' | 'desc';
      }[];
      /**
       * Fields of the target shown in the column head, such as a probability.
       *
       * Items: Field of the target.
       */
      details?: string[];
      /**
       * Picklist field of the target that gives the colour.
       */
      color?: string;
    };
    /**
     * By a lookup: lookup field of this object that narrows the board to one value at a time, such as the pipeline. The columns are narrowed by the field of the same name on the target.
     */
    switcher?: string;
  };
}

/**
 * An automation: a trigger, and nodes joined by edges. Runs are stored in Postgres with the record change that started them.
 */
export interface WorkflowDocument {
  /**
   * Path or address of this JSON Schema, so that editors complete and check the file.
   */
  $schema?: string;
  /**
   * Says that this file is a workflow.
   */
  kind: 'workflow';
  /**
   * Stable id of this workflow, unique over all packs. It never changes: renames keep it, and tables and history are bound to it.
   */
  id: string;
  /**
   * API name.
   */
  name: string;
  /**
   * Name for people.
   */
  label: string;
  /**
   * What it does and why.
   */
  description?: string;
  /**
   * Object whose records it is about.
   */
  object: string;
  /**
   * An inactive workflow starts no new runs.
   */
  inactive?: boolean;
  /**
   * Whose rights it works under: the person whose change started it, or the system.
   */
  runAs?: 'trigger_user' | 'system';
  /**
   * What starts a run.
   */
  trigger:
    | {
        /**
         * A change of a record.
         */
        type: 'record';
        /**
         * Kinds of change.
         *
         * @minItems 1
         *
         * Items: Kind of change.
         */
        on: ('create' | 'update' | 'delete' | 'restore')[];
        /**
         * update: only when one of these fields changed.
         *
         * Items: Field.
         */
        fields?: string[];
        /**
         * update: each time the condition holds, or only when it turns from false to true.
         */
        entry?: 'becomes_true' | 'every_match';
        /**
         * Which records; $previous is the record before the change.
         */
        when?: ConditionJson;
      }
    | {
        /**
         * A schedule.
         */
        type: 'schedule';
        /**
         * Five-field cron expression.
         */
        cron: string;
        /**
         * IANA time zone the expression is read in.
         */
        timeZone: string;
        /**
         * What to do about occurrences missed while nothing ran.
         */
        misfire?: 'fire_once' | 'fire_all' | 'skip';
        /**
         * Starts one run for each record of the object that meets this, at most 1,000; one run without a record when left out.
         */
        when?: ConditionJson;
      }
    | {
        /**
         * An action that somebody runs on a record.
         */
        type: 'action';
        /**
         * API name of the action of the object. Steps read what was filled in as trigger.input.<name>.
         */
        action: string;
      };
  /**
   * Steps.
   *
   * @maxItems 200
   *
   * Items: A step.
   */
  nodes: {
    /**
     * Immutable id of the node within the workflow.
     */
    id: string;
    /**
     * Node type and major version: branch@1, record.update@1, record.create@1, email.send@1, webhook.call@1, or one of a plugin.
     */
    type: string;
    /**
     * Name for people.
     */
    label?: string;
    /**
     * Input of the node type. Values are literals, {"$var": path}, {"$expr": expression} or {"$template": Handlebars text}.
     */
    input: {};
    /**
     * What to do when the step fails for a passing reason.
     */
    retry?: {
      /**
       * Attempts in all.
       */
      max?: number;
      /**
       * First delay (ISO 8601 duration).
       */
      base?: string;
      /**
       * Longest delay (ISO 8601 duration).
       */
      cap?: string;
    };
    /**
     * Longest time of one attempt (ISO 8601 duration).
     */
    timeout?: string;
    /**
     * After the last attempt: fail the run, go on, or follow the edge from port "error".
     */
    onError?: 'fail' | 'continue' | 'edge';
  }[];
  /**
   * Id of the first node.
   */
  start: string;
  /**
   * Connections from a port of a node to the next node.
   *
   * @maxItems 400
   *
   * Items: A connection.
   */
  edges: {
    /**
     * Node.
     */
    from: string;
    /**
     * Port: "ok" or "error", or the name of a case of a branch ("else" when none holds).
     */
    port: string;
    /**
     * Next node.
     */
    to: string;
  }[];
  /**
   * Positions of the nodes on the canvas, by node id: [x, y]. No meaning for runs.
   */
  layout?: {
    /**
     * @minItems 2
     * @maxItems 2
     */
    [k: string]: number[];
  };
}

/** Document type by kind. */
export type DocumentByKind = {
  action: ActionDocument;
  app: AppDocument;
  data: DataDocument;
  field: FieldDocument;
  layout: LayoutDocument;
  object: ObjectDocument;
  pack: PackDocument;
  permission: PermissionDocument;
  process: ProcessDocument;
  record_type: RecordTypeDocument;
  role: RoleDocument;
  template: TemplateDocument;
  translation: TranslationDocument;
  validation: ValidationDocument;
  view: ViewDocument;
  workflow: WorkflowDocument;
};

export type DocumentKind = keyof DocumentByKind;
export type MetadataDocument = DocumentByKind[DocumentKind];

export const DOCUMENT_KINDS: readonly DocumentKind[] = [
  'action',
  'app',
  'data',
  'field',
  'layout',
  'object',
  'pack',
  'permission',
  'process',
  'record_type',
  'role',
  'template',
  'translation',
  'validation',
  'view',
  'workflow',
];
