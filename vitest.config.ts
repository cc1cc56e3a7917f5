import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const source = {
  resolve: { conditions: ['fieldstone-source', 'module', 'node', 'development|production'] },
  ssr: { resolve: { conditions: ['fieldstone-source', 'module', 'node', 'development|production'] } },
};

export default defineConfig({
  ...source,
  test: {
    // The test files beside the code and in engine/test, and what an attacker would try in bar/; browser journeys are Playwright's (e2e/).
    include: ['{bar,engine,metadata,runtime-ui,studio,scripts}/**/*.test.{ts,tsx,mjs}'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    globalSetup: ['engine/test/support/global-setup.ts'],
    maxWorkers: Math.min(4, availableParallelism()),
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
});
