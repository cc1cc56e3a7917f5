import { useMutation } from '@tanstack/react-query';
import { Eye } from 'lucide-react';
import { useState } from 'react';
import { viewAs, type UserInfo } from '../../api/people.js';
import { problemsOf } from '../../api/problems.js';
import { Dialog } from '../../ui/Dialog.js';
import { DialogButtons } from '../../ui/DialogButtons.js';
import { AreaField } from '../../ui/Field.js';
import { Refusal } from '../../ui/states.js';

const MAX_REASON = 500;

/** Asks why, before the screens of somebody else are shown: whoever reads the list of viewings finds the reason there. */
export function ViewAsDialog({ user, onClose }: { user: UserInfo; onClose: () => void }) {
  const [reason, setReason] = useState('');
  const view = useMutation({ mutationFn: () => viewAs(user.id, reason.trim()), onSuccess: () => location.assign('/') });
  const problems = problemsOf(view.error, ['/reason']);
  return (
    <Dialog
      title={`View as ${user.name}`}
      onClose={onClose}
      onSubmit={() => view.mutate()}
      footer={
        <DialogButtons onClose={onClose} disabled={view.isPending}>
          <Eye size={15} aria-hidden /> View as {user.name}
        </DialogButtons>
      }
    >
      <div className="stack">
        <p>
          You see what {user.name} sees and can change nothing until you end it. Who looked, at whose screens, when and why is written down
          for administrators.
        </p>
        <AreaField
          label="Reason"
          value={reason}
          onChange={(value) => {
            setReason(value);
            if (view.isError) view.reset();
          }}
          maxLength={MAX_REASON}
          required
          autoFocus
          error={problems.at('/reason')}
        />
        <Refusal text={problems.rest} />
      </div>
    </Dialog>
  );
}
