import { AppError, notFound } from '../../kernel/errors.js';
import type { Metrics } from '../metrics.js';
import { open, type RequestScope, type Route } from '../route.js';
import { told } from '../../texts/told.js';
import { bytes, gives } from '../exchange.js';
import { oneOf, only, shape, text, whole } from '../schema.js';

export type HealthParts = {
  /** Answers when the database does and the model is loaded. */
  readonly ping: () => Promise<void>;
  /** How many differences between database and metadata are known, whether people get errors because of them, and how many settings of the server are unsafe. */
  readonly health: () => { readonly differences: number; readonly isBlocked: boolean; readonly unsafe: number };
  readonly metrics: Metrics;
  readonly inFlight: () => number;
  /** Allows /metrics to other machines with this key; without it, only from loopback. */
  readonly metricsKey: string | undefined;
};

const DOCTOR = '"fieldstone doctor" on the server names every difference and unsafe setting.';
const LOOPBACK = /^(127\.|::1$|::ffff:127\.)/;

/** Alive: the process answers. Ready: it can do work. Said at the root for orchestrators and below the API base for clients. */
export function healthRoutes({ ping, health }: Pick<HealthParts, 'ping' | 'health'>): Route[] {
  return [
    {
      method: 'GET',
      path: '/health/live',
      atLimit: 'always',
      policy: open,
      summary: 'The process answers',
      exchange: gives(shape({ status: only('ok') })),
      handler: () => ({ value: { status: 'ok' } }),
    },
    {
      method: 'GET',
      path: '/health/ready',
      atLimit: 'always',
      policy: open,
      summary:
        'The system can work: database reached, model loaded; "degraded" when the database differs from the metadata or can lose what was confirmed',
      exchange: gives(shape({ status: oneOf('ok', 'degraded'), 'differences?': whole, 'unsafe?': whole, 'hint?': text })),
      handler: async () => {
        try {
          await ping();
        } catch (cause) {
          throw new AppError('setup_failed', 'The system is not ready.', { cause });
        }
        const { differences, isBlocked, unsafe } = health();
        // How many, not which: this address is open to everybody.
        if (isBlocked) {
          throw new AppError('setup_failed', 'Tables or views are missing or closed; some records can not be reached.', { hint: DOCTOR });
        }
        return { value: differences + unsafe === 0 ? { status: 'ok' } : { status: 'degraded', differences, unsafe, hint: DOCTOR } };
      },
    },
  ];
}

export function metricsRoute({ metrics, inFlight, metricsKey }: Pick<HealthParts, 'metrics' | 'inFlight' | 'metricsKey'>): Route {
  return {
    method: 'GET',
    path: '/metrics',
    atLimit: 'always',
    policy: open,
    summary: 'Metrics in the Prometheus text format, from loopback or with the metrics key',
    exchange: { query: { key: text }, answers: { 200: bytes('text/plain') } },
    handler: (scope) => {
      // Elsewhere it does not exist.
      if (!mayRead(scope, metricsKey)) throw notFound(told('call.no_address'));
      return { text: metrics.render(inFlight()), headers: { 'Content-Type': 'text/plain; version=0.0.4; charset=utf-8' } };
    },
  };
}

/** A request that a proxy passed on comes from loopback only as far as the socket is concerned. */
function mayRead(scope: RequestScope, metricsKey: string | undefined): boolean {
  if (metricsKey !== undefined) return scope.query.get('key') === metricsKey;
  return LOOPBACK.test(scope.clientAddress) && scope.header('x-forwarded-for') === undefined && scope.header('forwarded') === undefined;
}
