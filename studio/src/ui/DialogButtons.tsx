import type { ReactNode } from 'react';

type Props = {
  /** What the button that sends the form says. */
  children: ReactNode;
  onClose: () => void;
  /** While the form is being sent, or can not be. */
  disabled?: boolean;
  /** Whether it takes something away. */
  isDanger?: boolean;
  cancel?: string;
};

/** The buttons at the foot of a dialog: one leaves all as it is, the other sends the form. */
export function DialogButtons({ children, onClose, disabled = false, isDanger = false, cancel = 'Cancel' }: Props) {
  return (
    <>
      <button type="button" className="btn" onClick={onClose}>
        {cancel}
      </button>
      <button type="submit" className={isDanger ? 'btn btn-danger' : 'btn btn-primary'} disabled={disabled}>
        {children}
      </button>
    </>
  );
}
