/** What came over a stream of events, as it stood there, and as events. */
export type Ear = {
  readonly text: () => string;
  readonly heard: () => readonly { readonly type: string; readonly id?: string; readonly [member: string]: unknown }[];
  /** Place of the last event. */
  readonly place: () => string | undefined;
  readonly isOpen: () => boolean;
  readonly stop: () => Promise<void>;
};

/** Listens to the stream of events until told to stop. */
export async function listen(origin: string, headers: Readonly<Record<string, string>>): Promise<{ status: number; ear: Ear }> {
  const controller = new AbortController();
  const answer = await fetch(`${origin}/api/v1/events`, { headers, signal: controller.signal });
  let text = '';
  let isOpen = answer.status === 200;
  const reading = (async () => {
    const decoder = new TextDecoder();
    for await (const chunk of answer.body as unknown as AsyncIterable<Uint8Array>) text += decoder.decode(chunk, { stream: true });
  })()
    .catch(() => undefined)
    .finally(() => (isOpen = false));
  const lines = (name: string) => [...text.matchAll(new RegExp(`^${name}: (.*)$`, 'gm'))].map(([, value = '']) => value);
  const ear: Ear = {
    text: () => text,
    heard: () => lines('data').map((line) => JSON.parse(line) as { type: string }),
    place: () => lines('id').at(-1),
    isOpen: () => isOpen,
    stop: async () => {
      controller.abort();
      await reading;
    },
  };
  return { status: answer.status, ear };
}

/** Waits until something is so; other test files on this machine may hold it back. */
export async function until(condition: () => boolean, what: string): Promise<void> {
  for (let waited = 0; waited < 100_000 && !condition(); waited += 25) await new Promise((resolve) => setTimeout(resolve, 25));
  if (!condition()) throw new Error(`waited in vain for ${what}`);
}
