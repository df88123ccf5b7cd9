// Languages: what pages say of themselves, and the way from one to the other and back.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tab } from '../lib/browser.mjs';
import { serve } from '../lib/server.mjs';
import { sharedBrowser } from '../lib/shared.mjs';
import { buildSite } from '../lib/sites.mjs';

const RIGHT_TO_LEFT = ['ar'];

const browser = await sharedBrowser();

for (const [name, base] of [['root', 'https://hub.example/'], ['extremes', 'https://extremes.example/'], ['arabic', 'https://hub.example/']]) {
  test(`every page of ${name} says its language, and its versions name each other`, async () => {
    const site = buildSite(name);
    const pages = new Map(site.pages.map((page) => [base + page.path.replace(/index\.html$/, ''), page]));
    const versions = new Map([...pages].map(([url, page]) => [url, alternates(site.read(page.path))]));
    for (const [url, { path, kind, lang }] of pages) {
      const [, said, dir] = /<html lang="([^"]*)" dir="([^"]*)">/.exec(site.read(path));
      assert.equal(said, lang, path);
      assert.equal(dir, RIGHT_TO_LEFT.includes(lang) ? 'rtl' : 'ltr', path);
      if (['not found', 'redirect'].includes(kind)) continue;
      const own = versions.get(url);
      assert.equal(own.get(lang), url, `${path} names itself`);
      for (const [other, address] of own) {
        assert.equal(pages.get(address)?.lang, other, `${path}: ${address} is a page in ${other}`);
        assert.deepEqual(versions.get(address), own, `${path} and ${address} agree`);
      }
    }
  });
}

test('the language switch leads to the same page in the other language, and back', async () => {
  const site = buildSite('root');
  const server = await serve(site.dir);
  for (const [width, from, to] of [[320, 'nl', 'en'], [1280, 'en', 'nl']]) {
    const { page, context } = await tab(browser, { home: server.url, width });
    for (const kind of ['chooser', 'home', 'stage', 'page']) {
      const { path, there } = site.pages
        .filter((page) => page.kind === kind && page.lang === from)
        .map(({ path }) => ({ path, there: alternates(site.read(path)).get(to) }))
        .find(({ there }) => there);
      await page.goto(server.url + path);
      await page.locator(`.languages a[lang=${to}]`).click();
      await page.waitForURL(server.url + there.replace('https://hub.example/', '') + 'index.html');
      assert.equal(await page.locator('html').getAttribute('lang'), to);
      await page.locator(`.languages a[lang=${from}]`).click();
      await page.waitForURL(server.url + path);
    }
    await context.close();
  }
  await server.close();
});

test('a page from right to left begins on the right', async () => {
  const site = buildSite('extremes');
  const server = await serve(site.dir);
  for (const width of [320, 1280]) {
    const { page, context } = await tab(browser, { home: server.url, width });
    await page.goto(server.url + site.one('page', 'ar').path);
    const [brand, stages] = await page.evaluate(() => [
      document.querySelector('.brand').getBoundingClientRect().right,
      [...document.querySelectorAll('.route .number')].map((element) => element.getBoundingClientRect().right),
    ]);
    assert.ok(brand > width / 2);
    assert.deepEqual(stages, [...stages].sort((a, b) => b - a), 'the route runs to the left');
    await context.close();
  }
  await server.close();
});

/** The versions that a page names in its head: language to address. */
function alternates(html) {
  const links = html.matchAll(/<link rel="alternate" hreflang="([^"]+)" href="([^"]+)">/g);
  return new Map([...links].map(([, lang, url]) => [lang, url]));
}
