// Pictures of one page of each kind, at three widths, light and dark: `npm run screenshots [-- FOLDER [HUB…]]`.
import { mkdtempSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { launch, tab } from './lib/browser.mjs';
import { serve } from './lib/server.mjs';
import { buildSite } from './lib/sites.mjs';

const [folder = mkdtempSync(join(tmpdir(), 'etappe-screenshots-')), ...names] = process.argv.slice(2);
const browser = await launch();
try {
  for (const name of names.length > 0 ? names : ['root', 'starter']) {
    await photograph(name.replace(/\+preview$/, ''), name.endsWith('+preview'), join(resolve(folder), name));
  }
} finally {
  await browser.close();
}
console.log(`Pictures are in ${resolve(folder)}`);

async function photograph(name, preview, into) {
  mkdirSync(into, { recursive: true });
  const site = buildSite(name, { preview });
  const server = await serve(site.dir);
  for (const width of [320, 768, 1280]) {
    for (const dark of [false, true]) {
      const { page, context } = await tab(browser, { home: server.url, width, dark });
      for (const { path, kind } of site.kinds().filter((page) => page.kind !== 'redirect')) {
        await page.goto(server.url + path);
        const file = `${kind.replace(' ', '-')}-${width}-${dark ? 'dark' : 'light'}.png`;
        await page.screenshot({ path: join(into, file), fullPage: true });
      }
      await photographSearch(page, server.url + site.one('page').path, join(into, `search-${width}-${dark ? 'dark' : 'light'}.png`));
      await context.close();
    }
  }
  await server.close();
}

/** The search of a page's site, with the first word of the page's title looked for. */
async function photographSearch(page, url, path) {
  await page.goto(url);
  if (!(await page.locator('.search-button').count())) return;
  const [word] = (await page.locator('h1').textContent()).match(/\p{L}{4,}/u);
  await page.locator('.search-button').click();
  await page.locator('dialog.search fieldset:not([hidden])').waitFor();
  await page.keyboard.type(word);
  await page.locator('dialog.search .result-list mark').first().waitFor();
  await page.screenshot({ path });
}
