// Small screens, large zoom, wide spacing: nothing scrolls sideways, and nothing is cut off.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tab } from '../lib/browser.mjs';
import { serve } from '../lib/server.mjs';
import { sharedBrowser } from '../lib/shared.mjs';
import { buildSite } from '../lib/sites.mjs';

/** What WCAG 1.4.12 lets a reader set. */
const SPACING = `* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }
p { margin-block-end: 2em !important }`;

const browser = await sharedBrowser();

for (const name of ['root', 'extremes', 'arabic']) {
  test(`no page of ${name} scrolls sideways or cuts text off at 320 px`, async () => {
    await look(buildSite(name), (site) => site.pages, { width: 320 });
  });

  test(`no page of ${name} loses text to a reader's own spacing`, async () => {
    await look(buildSite(name), (site) => site.kinds(), { width: 320, css: SPACING });
    await look(buildSite(name), (site) => site.kinds(), { width: 1280, css: SPACING });
  });
}

for (const css of ['', SPACING]) {
  test(`no kind of page of a hub of very many scrolls sideways or cuts text off at 320 px${css && ', with wide spacing'}`, async () => {
    await look(buildSite('many'), (site) => site.kinds(), { width: 320, css });
  });
}

test('at 400 % zoom of a 1280 × 1024 window everything is still there', async () => {
  // Zooming so far leaves 320 × 256 CSS pixels of four device pixels each.
  await look(buildSite('root'), (site) => site.kinds(), { width: 320, height: 256, deviceScaleFactor: 4 });
});

test('with text twice as large, and nothing else, everything is still there', async () => {
  await look(buildSite('root'), (site) => site.kinds(), { width: 640, css: 'html { font-size: 200% !important }' });
});

test('the route unfolds on a small screen and folds again', async () => {
  const site = buildSite('root');
  const server = await serve(site.dir);
  const { page, context } = await tab(browser, { home: server.url, width: 320 });
  const label = page.locator('.route li .label').first();
  const seen = () => label.evaluate((element) => element.getBoundingClientRect().width > 20);
  await page.goto(server.url + site.one('stage').path);
  assert.equal(await seen(), false);
  await page.locator('.route .unfold').click();
  assert.equal(await seen(), true);
  assert.ok(await fits(page));
  await page.locator('.route .fold').click();
  assert.equal(await seen(), false);
  await context.close();
  await server.close();
});

/** Loads pages with a style sheet of the reader's own, and reports what does not fit. */
async function look(site, choose, { css = '', ...device }) {
  const server = await serve(site.dir);
  // A reader's own style sheet is the browser's, which no policy of a page can refuse.
  const { page, context } = await tab(browser, { home: server.url, bypassCSP: css !== '', ...device });
  const wrong = [];
  for (const { path } of choose(site).filter((page) => page.kind !== 'redirect')) {
    await page.goto(server.url + path);
    if (css) await page.addStyleTag({ content: css });
    if (!(await fits(page))) wrong.push(`${path}: scrolls sideways`);
    wrong.push(...(await page.evaluate(cutOff)).map((text) => `${path}: cut off: ${text}`));
  }
  await context.close();
  await server.close();
  assert.deepEqual(wrong, []);
}

function fits(page) {
  return page.evaluate(() => document.scrollingElement.scrollWidth <= innerWidth);
}

/** In the page: texts of which a part is outside the window, or hidden by a box that does not scroll. */
function cutOff() {
  const hidden = (element) => element.closest('.skip-link') || getComputedStyle(element).clipPath !== 'none';
  const holders = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  while (walker.nextNode()) {
    const text = walker.currentNode;
    const parent = text.parentElement;
    if (text.data.trim() === '' || !parent.checkVisibility() || hidden(parent)) continue;
    range.selectNodeContents(text);
    const box = range.getBoundingClientRect();
    const report = () => holders.push(text.data.trim().slice(0, 60));
    let around = parent;
    // A box that scrolls gives all of its text sooner or later.
    while (around && !['auto', 'scroll'].includes(getComputedStyle(around).overflowX)) {
      const { overflowX, overflowY } = getComputedStyle(around);
      const edge = around.getBoundingClientRect();
      const clips = (overflow) => ['hidden', 'clip'].includes(overflow);
      if (clips(overflowX) && (box.left < edge.left - 1 || box.right > edge.right + 1)) report();
      if (clips(overflowY) && (box.top < edge.top - 1 || box.bottom > edge.bottom + 1)) report();
      around = around.parentElement;
    }
    if (!around && (box.left < -1 || box.right > innerWidth + 1)) report();
  }
  return holders;
}
