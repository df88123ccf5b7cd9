// The text of a page begins on the first screen, whatever stands above it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tab } from '../lib/browser.mjs';
import { sharedBrowser } from '../lib/shared.mjs';
import { serve } from '../lib/server.mjs';
import { buildSite } from '../lib/sites.mjs';

/** Screens, and the line above which the text begins, in pixels. */
const SCREENS = [
  { width: 1280, height: 800, line: 420 },
  { width: 390, height: 844, line: 460 },
];
/** Titles and summaries of this length at most: longer ones are found by `etappe check`. */
const TITLE = 70;
const SUMMARY = 160;

const browser = await sharedBrowser();

for (const name of ['root', 'starter', 'arabic']) {
  test(`the text of every page of ${name} begins on the first screen`, async () => {
    const site = buildSite(name);
    const server = await serve(site.dir);
    let measured = 0;
    for (const { line, ...screen } of SCREENS) {
      const { page, context } = await tab(browser, { home: server.url, ...screen });
      for (const { path } of site.pages.filter((page) => page.kind === 'page')) {
        await page.goto(server.url + path);
        const { title, summary, top } = await page.evaluate(() => {
          const text = (selector) => document.querySelector(selector)?.textContent.trim() ?? '';
          const range = document.createRange();
          const walker = document.createTreeWalker(document.querySelector('.body'), NodeFilter.SHOW_TEXT, (node) =>
            node.data.trim() && node.parentElement.checkVisibility() ? NodeFilter.FILTER_ACCEPT : NodeFilter.FILTER_SKIP);
          if (!walker.nextNode()) return { title: '', summary: '', top: 0 };
          range.selectNodeContents(walker.currentNode);
          return { title: text('h1'), summary: text('.lead'), top: range.getBoundingClientRect().top + scrollY };
        });
        if ([...title].length > TITLE || [...summary].length > SUMMARY) continue;
        measured += 1;
        assert.ok(top < line, `${path} at ${screen.width}: the text begins at ${Math.round(top)}, not above ${line}`);
      }
      await context.close();
    }
    assert.ok(measured > 0);
    await server.close();
  });
}

test('every home shows its first step and question on the first screen of a telephone', async () => {
  for (const name of ['root', 'starter', 'arabic']) {
    const site = buildSite(name);
    const server = await serve(site.dir);
    const { page, context } = await tab(browser, { home: server.url, width: 390, height: 844 });
    for (const { path } of site.pages.filter((page) => page.kind === 'home')) {
      await page.goto(server.url + path);
      const end = await page.locator('.journey h3').first().evaluate((heading) => heading.getBoundingClientRect().bottom + scrollY);
      assert.ok(end < 700, `${path}: the first question ends at ${Math.round(end)}`);
    }
    await context.close();
    await server.close();
  }
});

test('titles and summaries as long as they may be leave the text on the first screen', async () => {
  const site = buildSite('root');
  const server = await serve(site.dir);
  for (const { line, ...screen } of SCREENS) {
    const { page, context } = await tab(browser, { home: server.url, ...screen });
    await page.goto(server.url + site.one('page').path);
    const top = await page.evaluate(([title, summary]) => {
      document.querySelector('h1').textContent = title;
      document.querySelector('.lead').textContent = summary;
      return document.querySelector('.body').getBoundingClientRect().top + scrollY;
    }, ['Frühzeitige Überweisung an die Gedächtnissprechstunde bei leichten Be', 'word '.repeat(SUMMARY / 5).trim()]);
    assert.ok(top < line, `at ${screen.width} the text begins at ${Math.round(top)}`);
    await context.close();
  }
  await server.close();
});
