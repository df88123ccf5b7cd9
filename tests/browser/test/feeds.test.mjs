// What programs read: feeds, sitemaps, robots.txt. The browser's XML parser says whether they are well formed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tab } from '../lib/browser.mjs';
import { sharedBrowser } from '../lib/shared.mjs';
import { buildSite } from '../lib/sites.mjs';

const ATOM = 'http://www.w3.org/2005/Atom';
const SITEMAP = 'http://www.sitemaps.org/schemas/sitemap/0.9';
const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

const SITES = [
  ['root', 'https://hub.example/'],
  ['starter', 'https://hub.example/'],
  ['extremes', 'https://extremes.example/'],
];

const { page } = await tab(await sharedBrowser(), { home: 'about:blank' });

for (const [name, base] of SITES) {
  test(`the feeds of ${name} are what the Atom format asks for`, async () => {
    const site = buildSite(name);
    const feeds = site.files.filter((file) => file.endsWith('feed.atom'));
    assert.equal(feeds.length, site.pages.filter((page) => ['home', 'stage'].includes(page.kind)).length, 'one for each site and stage');
    for (const path of feeds) {
      const feed = await parse(site.read(path));
      assert.equal(feed.name, `{${ATOM}}feed`, path);
      const said = fields(feed, path);
      assert.equal(said.self, base + path);
      const home = pageAt(site, base, said.alternate);
      assert.ok(['home', 'stage'].includes(home.kind), said.alternate);
      assert.equal(path, home.path.replace('index.html', 'feed.atom'));
      assert.equal(feed.attributes['xml:lang'], home.lang);
      assert.ok(child(child(feed, 'author'), 'name').text);
      const entries = feed.children.filter((element) => element.name === `{${ATOM}}entry`);
      const dates = entries.map((entry) => {
        const own = fields(entry, path);
        const target = pageAt(site, base, own.alternate);
        assert.deepEqual([target?.kind, target?.persona, target?.lang], ['page', home.persona, home.lang], own.alternate);
        return own.updated;
      });
      assert.deepEqual(dates, [...dates].sort().reverse(), `${path}: the newest first`);
      if (dates.length > 0) assert.equal(said.updated, dates[0]);
      assert.equal(new Set(entries.map((entry) => child(entry, 'id').text)).size, entries.length, `${path}: ids are unique`);
      sameNews(JSON.parse(site.read(path.replace(/atom$/, 'json'))), said, entries, path);
    }
  });

  test(`the sitemaps of ${name} list its pages, each once`, async () => {
    const site = buildSite(name);
    const robots = site.read('robots.txt');
    const sitemaps = site.files.filter((file) => file.endsWith('/sitemap.xml') || /^sitemap-[^/]*\.xml$/.test(file));
    assert.deepEqual([...robots.matchAll(/^Sitemap: (.*)$/gm)].map(([, url]) => url), [`${base}sitemap.xml`]);
    const index = await parse(site.read('sitemap.xml'));
    assert.equal(index.name, `{${SITEMAP}}sitemapindex`);
    assert.deepEqual(index.children.map((one) => child(one, 'loc').text).sort(), sitemaps.map((file) => base + file).sort());
    const listed = [];
    for (const path of sitemaps) {
      const sitemap = await parse(site.read(path));
      assert.equal(sitemap.name, `{${SITEMAP}}urlset`, path);
      for (const url of sitemap.children) {
        assert.equal(url.name, `{${SITEMAP}}url`);
        const loc = child(url, 'loc').text;
        const lastmod = child(url, 'lastmod')?.text ?? '2026-11-22';
        assert.match(lastmod, /^\d{4}-\d\d-\d\d$/);
        assert.ok(lastmod <= '2026-11-22', `${loc}: nothing was changed after today`);
        const versions = url.children.filter((element) => element.name.endsWith('}link'));
        const named = versions.map((version) => version.attributes.href);
        assert.ok(named.length === 0 || named.includes(loc), `${loc} is among its versions`);
        for (const version of versions) {
          assert.equal(version.attributes.rel, 'alternate');
          assert.equal(pageAt(site, base, version.attributes.href)?.lang, version.attributes.hreflang, version.attributes.href);
        }
        listed.push(loc);
      }
    }
    // Stages without pages may be left out; choosers, which are of no persona, have a sitemap of their own.
    const wanted = site.pages.filter((page) => ['home', 'page'].includes(page.kind)).map((page) => base + page.path.replace('index.html', ''));
    assert.deepEqual(wanted.filter((url) => !listed.includes(url)), []);
    assert.deepEqual(listed.filter((url) => !['chooser', 'home', 'stage', 'page'].includes(pageAt(site, base, url)?.kind)), []);
    assert.equal(new Set(listed).size, listed.length);
  });
}

test('a preview asks search engines to stay away', () => {
  const site = buildSite('extremes', { preview: true });
  assert.match(site.read('robots.txt'), /^User-agent: \*\nDisallow: \/\n$/);
  assert.deepEqual(site.files.filter((file) => file.endsWith('sitemap.xml')), []);
  for (const { path } of site.pages) assert.match(site.read(path), /<meta name="robots" content="noindex">/, path);
});

function pageAt(site, base, url) {
  return site.pages.find((page) => base + page.path.replace(/index\.html$/, '') === url);
}

function child(element, name) {
  return element.children.find((child) => child.name.endsWith(`}${name}`));
}

/** The JSON Feed (version 1.1) that says what the Atom feed says. */
function sameNews(json, said, entries, path) {
  assert.equal(json.version, 'https://jsonfeed.org/version/1.1', path);
  assert.ok(json.title && json.authors[0].name);
  assert.equal(json.home_page_url, said.alternate);
  assert.equal(json.feed_url, said.self.replace(/atom$/, 'json'));
  assert.deepEqual(
    json.items.map((item) => [item.id, item.url, item.title, item.date_modified]),
    entries.map((entry) => {
      const own = fields(entry, path);
      return [child(entry, 'id').text, own.alternate, child(entry, 'title').text, own.updated];
    }),
  );
  for (const item of json.items) assert.ok(item.content_text, `${path}: ${item.id} has content`);
}

/** What a feed and an entry have in common, checked. */
function fields(element, path) {
  const text = (name) => child(element, name)?.text;
  const link = (rel) => element.children.find((child) => child.name === `{${ATOM}}link` && child.attributes.rel === rel)?.attributes.href;
  assert.ok(text('title'), `${path}: a title`);
  assert.equal(new URL(text('id')).protocol, 'https:', `${path}: an id`);
  assert.match(text('updated'), RFC3339, path);
  return { updated: text('updated'), self: link('self'), alternate: link('alternate') };
}

/** The document's root: name with namespace, attributes, text, children. */
async function parse(xml) {
  const { root, error } = await page.evaluate((xml) => {
    const read = (element) => ({
      name: `{${element.namespaceURI}}${element.localName}`,
      attributes: Object.fromEntries([...element.attributes].map(({ name, value }) => [name, value])),
      text: element.textContent.trim(),
      children: [...element.children].map(read),
    });
    const parsed = new DOMParser().parseFromString(xml, 'application/xml');
    return { root: read(parsed.documentElement), error: parsed.querySelector('parsererror')?.textContent };
  }, xml);
  assert.equal(error, undefined);
  return root;
}
