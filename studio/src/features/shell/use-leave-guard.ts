import { useEffect } from 'react';
import { flushDraft, hasUnsaved } from '../../api/draft-store.js';

/** Saves what is left when the page is hidden or closed, and when the connection comes back; asks before leaving with unsaved edits. */
export function useLeaveGuard(): void {
  useEffect(() => {
    const onHide = () => {
      if (document.visibilityState === 'hidden' && hasUnsaved()) void flushDraft(true);
    };
    const onLeave = (event: BeforeUnloadEvent) => {
      if (!hasUnsaved()) return;
      void flushDraft(true);
      event.preventDefault();
    };
    const onOnline = () => {
      if (hasUnsaved()) void flushDraft();
    };
    document.addEventListener('visibilitychange', onHide);
    window.addEventListener('beforeunload', onLeave);
    window.addEventListener('online', onOnline);
    return () => {
      document.removeEventListener('visibilitychange', onHide);
      window.removeEventListener('beforeunload', onLeave);
      window.removeEventListener('online', onOnline);
    };
  }, []);
}
