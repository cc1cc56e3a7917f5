/** Element id under which the name of the field that holds the type of a record is translated, for all objects with record types. */
export const RECORD_TYPE_TEXT = 'sys_record_type';

/** Texts of what every installation has without a document: the fields of every record, and the people. By element id and key. */
export const SYSTEM_TEXTS = {
  sys_id: { label: 'Id' },
  sys_owner: { label: 'Owner' },
  sys_created_at: { label: 'Created' },
  sys_created_by: { label: 'Created by' },
  sys_updated_at: { label: 'Last changed' },
  sys_updated_by: { label: 'Last changed by' },
  sys_version: { label: 'Version' },
  sys_deleted_at: { label: 'Deleted' },
  [RECORD_TYPE_TEXT]: { label: 'Record type' },
  sys_user: { label: 'User', pluralLabel: 'Users' },
  sys_user_name: { label: 'Name' },
  sys_user_is_active: { label: 'Active' },
  sys_user_is_queue: { label: 'Queue' },
} as const satisfies Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Greatest length of such a text, as of any label. */
export const LONGEST_LABEL = 120;

/** What they are, for a list of texts. */
export const systemTexts = (): { id: string; key: string; text: string; longest: number }[] =>
  Object.entries(SYSTEM_TEXTS).flatMap(([id, texts]) =>
    Object.entries(texts).map(([key, text]) => ({ id, key, text, longest: LONGEST_LABEL })),
  );
