import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { chooseBase } from '../../api/currencies.js';
import { problemsOf } from '../../api/problems.js';
import { Dialog } from '../../ui/Dialog.js';
import { DialogButtons } from '../../ui/DialogButtons.js';
import { SelectField } from '../../ui/Field.js';
import { Refusal } from '../../ui/states.js';
import { toast } from '../../ui/toasts.js';
import { CURRENCIES } from './rates.js';

/** Chooses the currency that amounts are added up in. */
export function BaseDialog({ base, onClose }: { base: string; onClose: () => void }) {
  const client = useQueryClient();
  const [chosen, setChosen] = useState(base);
  const choose = useMutation({
    mutationFn: chooseBase,
    onSuccess: (settings, wanted) => {
      client.setQueryData(['currencies'], settings);
      const back = () => void chooseBase(base).then((former) => client.setQueryData(['currencies'], former));
      toast(`Amounts are added up in ${wanted}.`, { action: { label: 'Undo', run: back } });
      onClose();
    },
  });
  const problems = problemsOf(choose.error, ['/base']);
  return (
    <Dialog
      title="Base currency"
      onClose={onClose}
      onSubmit={() => (chosen === base ? onClose() : choose.mutate(chosen))}
      footer={
        <DialogButtons onClose={onClose} disabled={choose.isPending}>
          Save
        </DialogButtons>
      }
    >
      <div className="stack">
        <SelectField label="Base currency" value={chosen} onChange={setChosen} choices={CURRENCIES} error={problems.at('/base')} />
        <p className="note note-info">
          No record changes. Rates belong to the base currency they were given for: those of {base} wait until it is chosen again, and
          another one begins with rates of its own.
        </p>
        <Refusal text={problems.rest} />
      </div>
    </Dialog>
  );
}
