// Every address in every page leads somewhere: from disk, from a web root, and from below a prefix.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { tab } from '../lib/browser.mjs';
import { serve } from '../lib/server.mjs';
import { sharedBrowser } from '../lib/shared.mjs';
import { buildSite } from '../lib/sites.mjs';

const browser = await sharedBrowser();

for (const name of ['root', 'starter', 'minimal', 'extremes']) {
  test(`every link and asset of ${name} is there on disk, and every page can be reached`, async () => {
    const site = buildSite(name);
    const found = await crawl(`${pathToFileURL(site.dir)}/`, (url) => existsSync(fileURLToPath(url)));
    assert.deepEqual(found.wrong, []);
    assert.deepEqual(site.pages.filter((page) => isLinked(site, page) && !found.pages.has(page.path)), []);
  });
}

test('every link and asset of root is there below a prefix', async () => {
  const site = buildSite('root');
  const server = await serve(site.dir, '/some/prefix/');
  const found = await crawl(server.url, async (url) => (await fetch(url)).status === 200);
  assert.deepEqual(found.wrong, []);
  await server.close();
});

for (const prefix of ['/', '/some/prefix/']) {
  test(`a lost reader below ${prefix} finds a page that works, however deep`, async () => {
    const site = buildSite('root', { baseUrl: `https://hub.example${prefix.slice(0, -1)}` });
    const server = await serve(site.dir, prefix);
    const { page, context, complaints } = await tab(browser, { home: server.url });
    for (const { path } of site.pages.filter((page) => page.kind === 'not found')) {
      const lost = `${server.url}${path.replace('404.html', 'no/such/page/')}`;
      const response = await page.goto(lost);
      assert.equal(response.status(), 404);
      const links = (await page.evaluate(addresses)).filter(({ url }) => !url.startsWith(`${lost}#`));
      assert.ok(links.length > 3);
      for (const { url } of links) assert.equal((await fetch(url)).status, 200, `${path}: ${url}`);
      assert.deepEqual(complaints.splice(0).filter((complaint) => !complaint.includes('404')), []);
    }
    await context.close();
    await server.close();
  });
}

test('an old address leads to the page and an empty stage home, from disk too', async () => {
  const site = buildSite('extremes');
  const home = `${pathToFileURL(site.dir)}/`;
  const { page, context } = await tab(browser, { home, javaScriptEnabled: false });
  const redirects = site.pages.filter((page) => page.kind === 'redirect');
  assert.ok(redirects.length > 0);
  const homes = site.pages.filter((page) => page.kind === 'home');
  // The address of a stage is directly below a home.
  const above = ({ path }) => homes.find((own) => own.path === `${path.split('/').slice(0, -2).join('/')}/index.html`);
  assert.ok(redirects.some(above) && !redirects.every(above));
  for (const redirect of redirects) {
    await page.goto(home + redirect.path);
    await page.waitForURL(home + (above(redirect)?.path ?? `${redirect.persona}/first/everything/index.html`));
  }
  await context.close();
});

test('canonical addresses are those of the pages themselves', () => {
  const site = buildSite('root');
  for (const { path, kind } of site.pages.filter((page) => !['not found', 'redirect'].includes(page.kind))) {
    const canonical = /<link rel="canonical" href="([^"]+)">/.exec(site.read(path))?.[1];
    assert.equal(canonical, `https://hub.example/${path.replace(/index\.html$/, '')}`, `${kind} ${path}`);
  }
});

/** Whether readers come to a page by a link: not to the pages for lost and old addresses, and not to a stage that is empty. */
function isLinked(site, { path, kind }) {
  return !['not found', 'redirect'].includes(kind) && (kind !== 'stage' || site.read(path).includes('class="cards"'));
}

/**
 * From the chooser, everything that can be reached without leaving `home`: pages are read, other files only looked for.
 * Gives the paths of the pages, and what is wrong as lines to read.
 */
async function crawl(home, exists) {
  const { page, context } = await tab(browser, { home });
  const start = `${home}index.html`;
  const waiting = [start];
  const seen = new Set(waiting);
  const ids = new Map();
  const fragments = [];
  const wrong = [];
  while (waiting.length > 0) {
    const at = waiting.pop();
    await page.goto(at, { waitUntil: 'domcontentloaded' });
    const from = at.slice(home.length);
    if (from.startsWith('bridge/')) {
      // It leads on by itself.
      await page.waitForURL((url) => url.href !== at);
      const target = page.url();
      ids.set(at, new Set());
      if (!(await exists(target))) wrong.push(`${from} leads nowhere: ${target}`);
      else if (!seen.has(target)) waiting.push(target);
      seen.add(target);
      continue;
    }
    ids.set(at, new Set(await page.evaluate(() => [...document.querySelectorAll('[id]')].map((element) => element.id))));
    for (const { url, name } of await page.evaluate(addresses)) {
      const [target, fragment] = url.split('#');
      // Feeds, canonical and alternate addresses are absolute, and have tests of their own.
      if (!target.startsWith(home)) {
        const { protocol, origin } = new URL(target);
        const elsewhere = ['mailto:', 'tel:', 'data:'].includes(protocol) || (/^https?:$/.test(protocol) && origin !== new URL(home).origin);
        if (!elsewhere) wrong.push(`${from}: ${name} leads out of the site: ${url}`);
        continue;
      }
      if (fragment) fragments.push([from, target, decodeURIComponent(fragment)]);
      if (seen.has(target)) continue;
      seen.add(target);
      if (!(await exists(target))) wrong.push(`${from}: ${name} leads nowhere: ${url}`);
      else if (target.endsWith('.html')) waiting.push(target);
    }
  }
  for (const [from, target, fragment] of fragments) {
    if (fragment !== 'top' && !ids.get(target)?.has(fragment)) wrong.push(`${from}: no #${fragment} in ${target.slice(home.length)}`);
  }
  await context.close();
  return { wrong, pages: new Set([...ids.keys()].map((url) => url.slice(home.length))) };
}

/** In the page: every address, resolved as the browser does; other hosts' and absolute ones of the head left out. */
function addresses() {
  const found = [];
  for (const element of document.querySelectorAll('[href], [src], [poster], [srcset], [action], [data]')) {
    if (element.matches('link[rel=canonical], link[rel=alternate][hreflang]')) continue;
    for (const name of ['href', 'src', 'poster', 'action', 'data']) {
      if (element.hasAttribute(name)) found.push({ name, url: new URL(element.getAttribute(name), document.baseURI).href });
    }
    for (const candidate of (element.getAttribute('srcset') ?? '').split(',').filter((candidate) => candidate.trim())) {
      found.push({ name: 'srcset', url: new URL(candidate.trim().split(/\s+/)[0], document.baseURI).href });
    }
  }
  return found;
}
