// The browser of the journeys: a Chromium of the system where there is one, else Playwright's own, fetched when it is missing.
import { existsSync } from 'node:fs';
import { run } from './build.mjs';

const SYSTEM = ['/usr/bin/chromium', '/usr/bin/chromium-browser'];

/** Path for `executablePath`, or undefined for Playwright's own. */
export const systemBrowser = () => SYSTEM.find((path) => existsSync(path));

/** Makes sure there is one. Resolves to false, with the reason printed, when there is none. */
export async function ensureBrowser() {
  if (systemBrowser()) return true;
  const { chromium } = await import('@playwright/test');
  if (existsSync(chromium.executablePath())) return true;
  if (process.env.CI && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    console.log('Installing Chromium …');
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    await run('apt-get', ['update', '-qq'], { env });
    const { code, output } = await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], { env });
    if (code === 0) return true;
    console.error(output.slice(-2000));
    return false;
  }
  const { code, output } = await run(process.execPath, ['node_modules/@playwright/test/cli.js', 'install', 'chromium']);
  if (code !== 0) console.error(output.slice(-2000));
  return code === 0;
}
