import { Download, Upload } from 'lucide-react';
import { useRef, useState } from 'react';
import { Link } from 'react-router';
import { edit, undoEdit, useDraft } from '../../api/draft-store.js';
import { changesIn, localesIn, mistakeIn, pseudo, rowsOf, setTexts, toCsv, type TextRow } from '../../draft/translation-commands.js';
import { CheckField, SelectField, TextField } from '../../ui/Field.js';
import { PageHead } from '../../ui/PageHead.js';
import { Empty } from '../../ui/states.js';
import { toast } from '../../ui/toasts.js';
import { KIND_LABELS, placeOf } from '../shell/places.js';

const PAGE = 100;
const LOCALE = /^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$/;

/** Every text for people beside what it is in another language. Edits are part of the draft, like everything else. */
export function TranslationsPage() {
  const draft = useDraft();
  const locales = localesIn(draft);
  const [added, setAdded] = useState<readonly string[]>([]);
  const [locale, setLocale] = useState(locales[0] ?? '');
  const [wanted, setWanted] = useState('');
  const [search, setSearch] = useState('');
  const [onlyMissing, setOnlyMissing] = useState(false);
  const [isPseudo, setPseudo] = useState(false);
  const [shown, setShown] = useState(PAGE);
  const file = useRef<HTMLInputElement>(null);

  const all = locale === '' ? [] : rowsOf(draft, locale);
  const words = search.trim().toLowerCase();
  const rows = all.filter(
    (row) =>
      (!onlyMissing || row.translation === '') &&
      (words === '' || [row.id, row.key, row.text, row.translation].some((text) => text.toLowerCase().includes(words))),
  );
  const missing = all.filter((row) => row.translation === '').length;
  const choices = [...new Set([...locales, ...added])].map((value) => ({ value, label: value }));
  const add = () => {
    setAdded([...added, wanted]);
    setLocale(wanted);
    setWanted('');
  };
  const save = (row: TextRow, text: string) => {
    if (text === row.translation || mistakeIn(row, text) !== undefined) return;
    edit(`Translate ${row.text.slice(0, 40)}`, (current) => setTexts(current, locale, [{ id: row.id, key: row.key, text }]));
  };
  const download = () => {
    const address = URL.createObjectURL(new Blob(['\uFEFF', toCsv(rows)], { type: 'text/csv' }));
    const link = Object.assign(document.createElement('a'), { href: address, download: `texts-${locale}.csv` });
    link.click();
    URL.revokeObjectURL(address);
  };
  const upload = async (chosen: File | undefined) => {
    if (chosen === undefined) return;
    const { changes, refused } = changesIn(await chosen.text(), all);
    if (changes.length > 0) edit(`Import ${changes.length} texts in ${locale}`, (current) => setTexts(current, locale, changes));
    const rest = refused === 0 ? '' : ` ${refused} rows were not used: unknown texts, or with mistakes.`;
    toast(
      `${changes.length} texts are in the draft.${rest}`,
      changes.length > 0 ? { action: { label: 'Undo', run: () => undoEdit() } } : {},
    );
  };

  return (
    <div className="page">
      <PageHead
        title="Translations"
        action={
          <div className="row">
            <button type="button" className="btn" disabled={locale === ''} onClick={download}>
              <Download size={15} aria-hidden /> CSV
            </button>
            <button type="button" className="btn" disabled={locale === ''} onClick={() => file.current?.click()}>
              <Upload size={15} aria-hidden /> Import CSV
            </button>
            <input
              ref={file}
              type="file"
              accept=".csv,text/csv"
              hidden
              aria-label="CSV file"
              onChange={(event) => {
                void upload(event.target.files?.[0]);
                event.target.value = '';
              }}
            />
          </div>
        }
      >
        Labels, help, options, messages and e-mails in other languages. Your texts go before those that packs ship.
      </PageHead>
      <section className="card card-body stack" aria-label="What is shown">
        <div className="row row-fields">
          {choices.length > 0 && <SelectField label="Language" value={locale} onChange={setLocale} choices={choices} />}
          <TextField label="Another language" value={wanted} onChange={setWanted} hint="A tag such as fr or de-AT." />
          <button type="button" className="btn" disabled={!LOCALE.test(wanted)} onClick={add}>
            Add
          </button>
          <TextField label="Search" value={search} onChange={setSearch} />
        </div>
        <div className="row">
          <CheckField label={`Only missing (${missing} of ${all.length})`} checked={onlyMissing} onChange={setOnlyMissing} />
          <CheckField label="Pseudo-language preview" checked={isPseudo} onChange={setPseudo} />
        </div>
      </section>
      <section className="card" aria-label="Texts">
        {rows.length === 0 ? (
          <Empty title={locale === '' ? 'Choose or add a language' : 'No text fits'} />
        ) : (
          <div className="table-wrap">
            <table className="table">
              <thead>
                <tr>
                  <th scope="col">Element</th>
                  <th scope="col">Text</th>
                  <th scope="col" style={{ width: '45%' }}>
                    {isPseudo ? 'Preview' : locale}
                  </th>
                </tr>
              </thead>
              <tbody>
                {rows.slice(0, shown).map((row) => (
                  <tr key={`${locale} ${row.id} ${row.key}`}>
                    <td>
                      <Place row={row} />
                    </td>
                    <td>{row.text}</td>
                    <td>{isPseudo ? pseudo(row.translation || row.text) : <Cell row={row} save={(text) => save(row, text)} />}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
        {rows.length > shown && (
          <div className="card-body">
            <button type="button" className="btn" onClick={() => setShown(shown + PAGE)}>
              Show more
            </button>
          </div>
        )}
      </section>
    </div>
  );
}

/** Where the text is met, with a way there. */
function Place({ row }: { row: TextRow }) {
  const place = row.document && placeOf(row.document);
  const name = row.document === undefined ? `Every record ${row.id}` : `${KIND_LABELS[row.document.kind]} ${row.id}`;
  return (
    <>
      {place === undefined ? name : <Link to={place}>{name}</Link>}
      <div className="muted small">{row.key}</div>
    </>
  );
}

/** Kept when it is left, so that each is one step to undo. */
function Cell({ row, save }: { row: TextRow; save: (text: string) => void }) {
  const [text, setText] = useState(row.translation);
  const [seen, setSeen] = useState(row.translation);
  // Undone, imported, or changed by somebody else.
  if (seen !== row.translation) {
    setSeen(row.translation);
    setText(row.translation);
  }
  const mistake = mistakeIn(row, text);
  return (
    <>
      <textarea
        className="input"
        style={{ width: '100%', minHeight: 0 }}
        rows={Math.min(8, Math.ceil(Math.max(row.text.length, text.length) / 60))}
        value={text}
        aria-label={`${row.key} of ${row.id}: ${row.text.slice(0, 80)}`}
        aria-invalid={mistake !== undefined}
        onChange={(event) => setText(event.target.value)}
        onBlur={() => save(text)}
      />
      {mistake !== undefined && <p className="small error">{mistake}</p>}
    </>
  );
}
