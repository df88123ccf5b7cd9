// Every page: nothing fails while it loads, nothing is asked of another host, and axe finds nothing to say.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AXE, tab } from '../lib/browser.mjs';
import { serve } from '../lib/server.mjs';
import { sharedBrowser } from '../lib/shared.mjs';
import { buildSite } from '../lib/sites.mjs';

const DEVICES = [
  { width: 320, dark: false },
  { width: 1280, dark: true },
  { width: 320, dark: true },
  { width: 1280, dark: false },
];

const browser = await sharedBrowser();

/** Each page on one device, by turns. */
function byTurns(pages) {
  return DEVICES.map((device, turn) => [device, pages.filter((page, at) => at % DEVICES.length === turn)]);
}

/** Each page on every device. */
function everywhere(pages) {
  return DEVICES.map((device) => [device, pages]);
}

/** Each page on one device, by turns, and the longest of each kind on every one. */
function byTurnsAndKinds(site) {
  const longest = new Set(site.kinds().map(({ path }) => path));
  return byTurns(site.pages).map(([device, pages]) => [device, [...pages, ...site.pages.filter((page) => longest.has(page.path) && !pages.includes(page))]]);
}

test('every page of root, in each language, loads in silence and satisfies axe, and each kind does on every device', async () => {
  const site = buildSite('root');
  const kinds = new Set(site.pages.map(({ kind, lang }) => `${kind} ${lang}`));
  for (const kind of ['chooser', 'home', 'stage', 'page', 'not found', 'preferences']) for (const lang of site.languages) assert.ok(kinds.has(`${kind} ${lang}`), `${kind} ${lang}`);
  assert.deepEqual(await inspect(site, byTurnsAndKinds(site)), []);
});

test('whatever a text holds, in any language, satisfies axe on every device', async () => {
  const site = buildSite('extremes');
  const texts = site.pages.filter(({ path }) => /^specialists\/(..\/)?(first\/everything\/)?index/.test(path));
  assert.equal(texts.length, 6, 'a home and a page in each language');
  assert.deepEqual(await inspect(site, everywhere(texts)), []);
});

for (const name of ['starter', 'minimal', 'extremes', 'many']) {
  test(`one page of each kind of ${name} loads in silence and satisfies axe`, async () => {
    const site = buildSite(name);
    assert.deepEqual(await inspect(site, byTurns(site.kinds())), []);
  });
}

test('a preview loads in silence and satisfies axe', async () => {
  const site = buildSite('extremes', { preview: true });
  const marked = site.pages.filter(({ path }) => /^specialists\/(first\/((draft|scheduled|expired)\/)?)?index/.test(path));
  assert.equal(marked.length, 5);
  assert.deepEqual(await inspect(site, byTurns(marked)), []);
});

test('a link to what is not published looks like the text that it is', async () => {
  const site = buildSite('root');
  const server = await serve(site.dir);
  const { page, context } = await tab(browser, { home: server.url });
  await page.goto(server.url + site.one('page').path);
  const looks = await page.evaluate(() => {
    const text = document.querySelector('.body p');
    text.insertAdjacentHTML('beforeend', ' <a>nowhere</a> <a href="#x">somewhere</a>');
    return [text, ...text.querySelectorAll('a:nth-last-of-type(-n+2)')].map((element) => getComputedStyle(element).color);
  });
  await context.close();
  await server.close();
  assert.equal(looks[1], looks[0]);
  assert.notEqual(looks[2], looks[0]);
});

/** All that is wrong, as lines to read. All devices are looked at side by side. */
async function inspect(site, visits) {
  const server = await serve(site.dir);
  const wrong = await Promise.all(visits.map(([device, pages]) => inspectOn(device, pages, server)));
  await server.close();
  return wrong.flat();
}

async function inspectOn(device, pages, server) {
  const wrong = [];
  const { page, context, complaints } = await tab(browser, { home: server.url, ...device });
  for (const { path, kind } of pages) {
    const where = `${path} at ${device.width} px, ${device.dark ? 'dark' : 'light'}`;
    const response = await page.goto(server.url + path);
    if (kind === 'redirect') await page.waitForURL((url) => !url.pathname.endsWith(path));
    else assert.equal(response.status(), 200, path);
    await page.evaluate(AXE);
    // WCAG 2.2 asks for targets of 24 pixels; axe checks it only when told to.
    const { violations } = await page.evaluate(() => axe.run({ resultTypes: ['violations'], rules: { 'target-size': { enabled: true } } }));
    wrong.push(...complaints.splice(0).map((complaint) => `${where}: ${complaint}`));
    for (const { id, nodes } of violations) wrong.push(`${where}: ${id}: ${nodes.map((node) => node.target.join(' ')).join(', ')}`);
  }
  await context.close();
  return wrong;
}
