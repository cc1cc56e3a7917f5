import type { DraftEvent, ServerEvent } from '@fieldstone/metadata/types/wire.js';
import { useEffect } from 'react';
import { BASE } from '../../api/client.js';
import { flushDraft, useDraftStore } from '../../api/draft-store.js';
import { nameOf, refreshDraft, reloadDraft } from '../../api/draft-sync.js';
import { queryClient } from '../../api/session.js';
import { toast } from '../../ui/toasts.js';

/** One's own publish is loaded by the review page; only what is still unknown after this time came from somebody else. */
const OWN_PUBLISH_MS = 4_000;

/** Several saves in a row are looked at once. */
const DRAFT_PAUSE_MS = 400;

/** Says when somebody else published, and offers to go on from there; and takes over what others change in the same draft. The draft is kept. */
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
    let pause: ReturnType<typeof setTimeout> | undefined;
    const onDraftChanged = (message: MessageEvent<string>) => {
      const event = JSON.parse(message.data) as DraftEvent;
      const { info, owner } = useDraftStore.getState();
      if (event.by === owner) return;
      void queryClient.invalidateQueries({ queryKey: ['drafts'] });
      if (event.draft !== info?.id) return;
      clearTimeout(pause);
      pause = setTimeout(() => void takeOver(), DRAFT_PAUSE_MS);
    };
    source.addEventListener('metadata.published', onPublished);
    source.addEventListener('metadata.draft_changed', onDraftChanged);
    return () => {
      source.close();
      clearTimeout(pause);
      for (const timer of timers) clearTimeout(timer);
    };
  }, []);
}

/** Changes of others in the current draft; a draft that is gone or no longer shared is left. */
async function takeOver(): Promise<void> {
  try {
    const [first, ...rest] = await refreshDraft();
    if (first === undefined) return;
    const more = rest.length === 0 ? '' : ` and ${rest.length} more`;
    toast(`${first.by.name} changed ${nameOf(first.id)}${more} in this draft.`);
  } catch {
    await reloadDraft().catch(() => undefined);
    toast('The draft you worked in is no longer there, or no longer shared with you.');
  }
}
