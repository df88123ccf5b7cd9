// One Chromium for a test file, and contexts that tell of everything a reader's browser would complain about.
import { accessSync, constants, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright-core';

const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // No name leads anywhere: a page that asks another host for something cannot get it.
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
];

/** The script of axe, to be run in a page. */
export const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** $CHROMIUM, else the first of the usual names on the path. */
function executable() {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  const names = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome'];
  const folders = ['/usr/bin', ...(process.env.PATH ?? '').split(delimiter)];
  const found = names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isExecutable);
  if (!found) throw new Error('No Chromium: install it, or name it in the environment as CHROMIUM');
  return found;
}

function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** A browser with a fresh profile. */
export function launch(more = []) {
  return chromium.launch({ executablePath: executable(), args: [...FLAGS, ...more] });
}

/**
 * A tab of its own context. `complaints` collects what a reader would never see and should not happen: errors in the console,
 * failed requests, and requests that do not begin with `home`. With `width` and `dark` it stands for a device.
 * Unless told otherwise it asks for less motion: pages change and scroll at once, and there is nothing to wait for. Chromium
 * also writes an error when a reader leaves a page before the transition to it has ended, which no page can prevent.
 */
export async function tab(browser, { home, width = 1280, height = 800, dark = false, ...options }) {
  const device = { viewport: { width, height }, colorScheme: dark ? 'dark' : 'light', reducedMotion: 'reduce' };
  const context = await browser.newContext({ ...device, ...options });
  const page = await context.newPage();
  const complaints = [];
  context.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(`console: ${message.text()}`);
  });
  context.on('weberror', (error) => complaints.push(`script: ${error.error()}`));
  context.on('requestfailed', (request) => {
    // Whoever goes on to the next page stops what still loads.
    const why = request.failure()?.errorText;
    if (why !== 'net::ERR_ABORTED') complaints.push(`failed: ${request.url()} (${why})`);
  });
  context.on('response', (response) => {
    if (response.status() >= 400) complaints.push(`${response.status()}: ${response.url()}`);
  });
  context.on('request', (request) => {
    if (!request.url().startsWith(home)) complaints.push(`outside: ${request.url()}`);
  });
  return { page, context, complaints };
}

/**
 * Presses the first key on a page that was just opened. Chromium drops keys until it has drawn a page and given it the focus,
 * which on a busy machine may be long after everything is fetched; a reader would press again. So a key that means nothing is
 * pressed until the page hears one.
 */
export async function pressFirst(page, key) {
  await page.evaluate(() => addEventListener('keydown', () => (globalThis.hearsKeys = true), { once: true }));
  for (let at = 0; at < 100 && !(await page.evaluate(() => globalThis.hearsKeys)); at += 1) {
    await page.keyboard.press('Shift');
    await page.waitForTimeout(at && 100);
  }
  await page.keyboard.press(key);
}
