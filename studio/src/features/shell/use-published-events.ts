import type { ServerEvent } from '@fieldstone/metadata/types/wire.js';
import { useEffect } from 'react';
import { BASE } from '../../api/client.js';
import { flushDraft, reloadDraft, useDraftStore } from '../../api/draft-store.js';
import { toast } from '../../ui/toasts.js';

/** One's own publish is loaded by the review page; only what is still unknown after this time came from somebody else. */
const OWN_PUBLISH_MS = 4_000;

/** Says when somebody else published, and offers to go on from there. The draft is kept. */
export function usePublishedEvents(): void {
  useEffect(() => {
    const timers = new Set<ReturnType<typeof setTimeout>>();
    const source = new EventSource(`${BASE}/events`);
    const onPublished = (message: MessageEvent<string>) => {
      const event = JSON.parse(message.data) as ServerEvent;
      if (event.type !== 'metadata.published') return;
      timers.add(
        setTimeout(() => {
          if (useDraftStore.getState().history.draft.revision >= event.revision) return;
          toast(`Somebody published revision ${event.revision}.`, {
            action: { label: 'Load it', run: () => void flushDraft().then(reloadDraft) },
          });
        }, OWN_PUBLISH_MS),
      );
    };
    source.addEventListener('metadata.published', onPublished);
    return () => {
      source.close();
      for (const timer of timers) clearTimeout(timer);
    };
  }, []);
}
