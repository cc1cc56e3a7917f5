import type { Logger } from '../kernel/logger.js';

/** How to reach Postgres. `url` is a superuser's or the database owner's; `roles` are created by the migrations when they are missing. */
export type DatabaseConfig = {
  readonly url: string;
  /** Keyed secret of the installation: passwords of the login roles are derived from it. */
  readonly secret: string;
  /** Secrets that were used before: values sealed with them are still opened. */
  readonly formerSecrets?: readonly string[];
  readonly roles: { readonly owner: string; readonly app: string; readonly bi: string };
  readonly poolSize: number;
  /** See DataPoolConfig. */
  readonly longStatements?: number | undefined;
  readonly logger: Logger;
};
