import type { UsageAnswer } from '@fieldstone/metadata/types/wire.js';
import { call } from './client.js';

/** What the organisation has of what it may have so much of. */
export const readUsage = () => call<UsageAnswer>('GET', '/settings/usage');
