import { defineConfig } from '@playwright/test';
import { chmodSync, cpSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemBrowser } from './scripts/lib/browser.mjs';

const port = process.env['E2E_PORT'] ?? '4173';

/** One fresh installation for the whole run. Workers read this file again: the first reading decides, the environment hands it on. */
if (process.env['E2E_DATA_DIR'] === undefined) {
  const folder = mkdtempSync(join(tmpdir(), 'fieldstone-e2e-'));
  // Run as root, the database has an account of its own that must get in.
  chmodSync(folder, 0o755);
  process.env['E2E_DATA_DIR'] = folder;
  // A pack that can be installed beside those of the project; a journey puts its next version there.
  const packs = mkdtempSync(join(tmpdir(), 'fieldstone-packs-'));
  cpSync(new URL('./engine/test/fixtures/packs/v1', import.meta.url), packs, { recursive: true });
  process.env['E2E_PACKS_DIR'] = packs;
}

const executablePath = systemBrowser();

export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results',
  // The journeys share one installation and publish metadata in it: one after the other.
  workers: 1,
  timeout: 90_000,
  expect: { timeout: 10_000 },
  forbidOnly: process.env['CI'] !== undefined,
  reporter: 'list',
  globalTeardown: './e2e/support/remove-data.ts',
  use: {
    baseURL: `http://127.0.0.1:${port}`,
    viewport: { width: 1440, height: 900 },
    locale: 'en-GB',
    timezoneId: 'UTC',
    trace: 'retain-on-failure',
    launchOptions: {
      ...(executablePath === undefined ? {} : { executablePath }),
      // Chromium has no sandbox when it runs as root.
      args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
    },
  },
  webServer: {
    command: 'node scripts/start.mjs',
    url: `http://127.0.0.1:${port}/api/v1/health/ready`,
    timeout: 300_000,
    gracefulShutdown: { signal: 'SIGINT', timeout: 20_000 },
    stdout: 'ignore',
    stderr: 'pipe',
    env: {
      PORT: port,
      FIELDSTONE_DATA_DIR: process.env['E2E_DATA_DIR'],
      FIELDSTONE_PACKS: process.env['E2E_PACKS_DIR'],
      FIELDSTONE_ADMIN_EMAIL: 'admin@example.com',
      FIELDSTONE_ADMIN_PASSWORD: 'the admin of the journeys',
    },
  },
});
