import { QueryClient, useQuery } from '@tanstack/react-query';
import type { Me } from '@fieldstone/metadata/types/wire.js';
import { ApiError, isUnauthorized } from './client.js';
import { readMe } from './metadata.js';

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 15_000,
      retry: (count, error) => count < 2 && error instanceof ApiError && (error.status === 0 || error.status >= 500),
    },
  },
});

queryClient.getQueryCache().subscribe((event) => {
  // A session that ends while working shows the sign-in form; the draft stays in memory and in the browser.
  if (event.type === 'updated' && event.action.type === 'error' && isUnauthorized(event.action.error) && event.query.queryKey[0] !== 'me') {
    endSession();
  }
});

export const endSession = (): void => {
  queryClient.setQueryData<Me | null>(['me'], null);
};

/** Who is signed in; null when nobody is. */
export const useMe = () =>
  useQuery<Me | null>({
    queryKey: ['me'],
    queryFn: async () => {
      try {
        return await readMe();
      } catch (error) {
        if (isUnauthorized(error)) return null;
        throw error;
      }
    },
    staleTime: Infinity,
  });
