import { fieldTypeInfo, isRequired } from '../../draft/field-types.js';
import type { FieldForm } from './field-form.js';

/** Shows what the field will look like on a form, with the choices and texts typed so far. */
export function ExampleControl({ form }: { form: FieldForm }) {
  const info = fieldTypeInfo(form.type);
  const label = form.label.trim() === '' ? info.label : form.label;
  return (
    <div className="example" aria-label="How it will look" role="group">
      <span className="small muted">How it will look</span>
      <div className="field">
        <label htmlFor="example-control">
          {label} {isRequired(form) && <span aria-hidden>*</span>}
        </label>
        <Control form={form} example={info.example} />
        {form.help.trim() !== '' && <span className="hint">{form.help}</span>}
      </div>
    </div>
  );
}

function Control({ form, example }: { form: FieldForm; example: string }) {
  const id = 'example-control';
  const { input, givenBy, choice } = fieldTypeInfo(form.type);
  switch (input) {
    case 'json':
    case 'lines':
      return <textarea id={id} className="input" rows={3} defaultValue={example} />;
    case 'yes_no':
      return <input id={id} type="checkbox" defaultChecked style={{ width: 18, height: 18 }} />;
    case 'date':
      return <input id={id} className="input" type="date" defaultValue="2026-11-21" />;
    case 'time':
      return <input id={id} className="input" type="time" defaultValue="09:30" />;
    case 'moment':
      return <input id={id} className="input" type="datetime-local" defaultValue="2026-11-21T09:30" />;
    case 'choice':
    case 'choices': {
      const options = form.options.filter((option) => option.inactive !== true && option.replacedBy === undefined && option.label !== '');
      return options.length === 0 ? (
        <input id={id} className="input" defaultValue={example} readOnly />
      ) : (
        <select id={id} className="input" multiple={choice === 'many'}>
          {options.map((option, index) => (
            <option key={index}>{option.label}</option>
          ))}
        </select>
      );
    }
    case 'given':
      if (givenBy !== 'counter') return <output id={id}>{example}</output>;
      return (
        <input
          id={id}
          className="input"
          readOnly
          value={form.format.replace(/\{(0+)\}/, (_, zeros: string) => '42'.padStart(zeros.length, '0'))}
        />
      );
    default:
      return <input key={form.type} id={id} className="input" defaultValue={example} />;
  }
}
