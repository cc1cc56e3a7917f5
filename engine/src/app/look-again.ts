/**
 * Looks after something now and again until it is stopped; the first time at once. What fails is told, and tried again.
 *
 * Shape:  looking takes one `share`th of the time at most, however long it takes: the next look waits as much longer.
 */
export function lookAgain(
  look: () => Promise<void>,
  { everyMs, share, failed }: { readonly everyMs: number; readonly share: number; readonly failed: (error: unknown) => void },
): { stop(): Promise<void> } {
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  const once = async (): Promise<void> => {
    const began = performance.now();
    await look().catch(failed);
    if (isStopped) return;
    timer = setTimeout(() => (running = once()), Math.max(everyMs, share * (performance.now() - began))).unref();
  };
  let running = once();
  return {
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
