import { QueryClient, QueryObserver, type QueryObserverOptions, type QueryObserverResult } from '@tanstack/query-core';
import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { ApiProblem } from '../api/problem.js';

/** The one cache of answers. Only failures that may pass are tried again. */
export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      gcTime: 300_000,
      refetchOnWindowFocus: true,
      networkMode: 'always',
      retry: (count, error) => count < 2 && error instanceof ApiProblem && (error.status === 0 || error.status === 503),
    },
  },
});
queries.mount();

/** Binds one query to an element: it observes while the element is connected and asks for an update when the answer changes. */
export class QueryController<T> implements ReactiveController {
  private readonly observer: QueryObserver<T, Error>;
  private readonly host: ReactiveControllerHost;
  private stop: (() => void) | undefined;
  result: QueryObserverResult<T, Error>;

  constructor(host: ReactiveControllerHost, options: QueryObserverOptions<T, Error>) {
    this.host = host;
    this.observer = new QueryObserver<T, Error>(queries, options);
    this.result = this.observer.getCurrentResult();
    host.addController(this);
  }

  set(options: QueryObserverOptions<T, Error>) {
    this.observer.setOptions(options);
    this.result = this.observer.getCurrentResult();
  }

  hostConnected() {
    this.stop = this.observer.subscribe((result) => {
      this.result = result;
      this.host.requestUpdate();
    });
  }

  hostDisconnected() {
    this.stop?.();
    this.stop = undefined;
  }
}
