import { monitorEventLoopDelay } from 'node:perf_hooks';

const BUCKETS_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];

export type Metrics = {
  observe(method: string, route: string, status: number, seconds: number): void;
  /** Prometheus text format. */
  render(inFlight: number): string;
};

function within<K, V>(maps: Map<string, Map<K, V>>, key: string): Map<K, V> {
  let map = maps.get(key);
  if (map === undefined) maps.set(key, (map = new Map()));
  return map;
}

/** Counts requests by the pattern of their route, never by what callers put into it: the number of series has an end. */
export function createMetrics(): Metrics {
  /** Counts by route, method and status. */
  const requests = new Map<string, Map<string, Map<number, number>>>();
  const buckets = BUCKETS_SECONDS.map(() => 0);
  let count = 0;
  let sum = 0;
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  return {
    observe(method, route, status, seconds) {
      const byStatus = within(within(requests, route), method);
      byStatus.set(status, (byStatus.get(status) ?? 0) + 1);
      count++;
      sum += seconds;
      // A bucket counts what the smaller ones count too.
      for (let index = BUCKETS_SECONDS.length - 1; index >= 0 && seconds <= (BUCKETS_SECONDS[index] ?? 0); index--) {
        buckets[index] = (buckets[index] ?? 0) + 1;
      }
    },
    render(inFlight) {
      const memory = process.memoryUsage();
      return [
        '# HELP fieldstone_http_requests_total Answered requests.',
        '# TYPE fieldstone_http_requests_total counter',
        ...[...requests].flatMap(([route, byMethod]) =>
          [...byMethod].flatMap(([method, byStatus]) =>
            [...byStatus].map(
              ([status, value]) =>
                `fieldstone_http_requests_total{method="${method}",route="${route}",status="${String(status)}"} ${String(value)}`,
            ),
          ),
        ),
        '# HELP fieldstone_http_request_duration_seconds Time from request to answer.',
        '# TYPE fieldstone_http_request_duration_seconds histogram',
        ...BUCKETS_SECONDS.map(
          (limit, index) => `fieldstone_http_request_duration_seconds_bucket{le="${String(limit)}"} ${String(buckets[index])}`,
        ),
        `fieldstone_http_request_duration_seconds_bucket{le="+Inf"} ${String(count)}`,
        `fieldstone_http_request_duration_seconds_sum ${sum.toFixed(6)}`,
        `fieldstone_http_request_duration_seconds_count ${String(count)}`,
        '# HELP fieldstone_http_requests_in_flight Requests being answered.',
        '# TYPE fieldstone_http_requests_in_flight gauge',
        `fieldstone_http_requests_in_flight ${String(inFlight)}`,
        '# HELP process_resident_memory_bytes Resident memory.',
        '# TYPE process_resident_memory_bytes gauge',
        `process_resident_memory_bytes ${String(memory.rss)}`,
        '# HELP nodejs_heap_used_bytes Used heap.',
        '# TYPE nodejs_heap_used_bytes gauge',
        `nodejs_heap_used_bytes ${String(memory.heapUsed)}`,
        '# HELP nodejs_event_loop_delay_p99_seconds Event loop delay, 99th percentile since the start.',
        '# TYPE nodejs_event_loop_delay_p99_seconds gauge',
        `nodejs_event_loop_delay_p99_seconds ${(delay.percentile(99) / 1e9).toFixed(6)}`,
        '',
      ].join('\n');
    },
  };
}
