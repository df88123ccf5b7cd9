// The search: by keyboard alone, in every language, below any prefix, without a network once it is loaded.
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { AXE, pressFirst, tab } from '../lib/browser.mjs';
import { serve } from '../lib/server.mjs';
import { sharedBrowser, sharedSite } from '../lib/shared.mjs';
import { AS_OF, buildSite, copyHub, run, scratchFolder } from '../lib/sites.mjs';
import { wordsOf } from '../../../themes/default/assets/search.js';


const browser = await sharedBrowser();
const { site, server } = await sharedSite('root');

/** A page for general practitioners, in English. */
const here = (kind = 'page') => site.pages.find((page) => page.kind === kind && page.persona === 'huisartsen' && page.lang === 'en');
const field = (page) => page.locator('dialog.search [type=search]');
const links = (page) => page.locator('dialog.search .result-list a');
const focused = (page) => page.evaluate(() => document.activeElement.outerHTML.slice(0, 60));

/** Types a question and waits for its answer. */
async function ask(page, text) {
  // What was said of the question before is no answer to this one.
  await page.evaluate(() => (document.querySelector('dialog.search [role=status]').textContent = ''));
  await field(page).fill(text);
  await page.waitForFunction(() => /\d|No page|عُثر/.test(document.querySelector('dialog.search [role=status]').textContent));
}

/** Opens a page and its search. */
async function opened(options, path = here().path, from = server) {
  const made = await tab(browser, { home: from.url, ...options });
  await made.page.goto(from.url + path);
  await pressFirst(made.page, '/');
  await field(made.page).waitFor();
  await made.page.waitForFunction(() => document.querySelector('dialog.search [role=status]').textContent !== '');
  return made;
}

test('by keyboard alone: opened, asked, gone through, followed, closed', async () => {
  const { page, context, complaints } = await tab(browser, { home: server.url });
  await page.goto(server.url + here('home').path);
  await pressFirst(page, 'Control+k');
  await field(page).waitFor();
  assert.match(await focused(page), /type="search"/);
  await page.keyboard.press('Escape');
  assert.equal(await page.locator('dialog[open]').count(), 0);
  await page.keyboard.press('/');
  await field(page).waitFor();
  await page.keyboard.type('referral');
  await links(page).nth(1).waitFor();
  assert.match(await page.locator('dialog [role=status]').textContent(), /^\d+ pages found$/);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  assert.equal(await links(page).nth(1).evaluate((link) => link === document.activeElement), true);
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('ArrowUp');
  assert.match(await focused(page), /type="search"/);
  // A slash is a letter like any other where one types.
  await page.keyboard.type('/');
  assert.equal(await field(page).inputValue(), 'referral/');
  const target = await links(page).first().getAttribute('href');
  await page.keyboard.press('Enter');
  await page.waitForURL(target);
  assert.deepEqual(complaints, []);
  await context.close();
});

test('a question that has the words stands first, and leads to the page that answers it', async () => {
  const { page, context } = await opened();
  await ask(page, 'call not sure');
  const first = page.locator('.result-list li').first();
  assert.equal(await first.getAttribute('class'), 'question');
  assert.equal(await first.locator('a').textContent(), 'Whom do I call when I am not sure?');
  assert.equal(await first.locator('.where').textContent(), 'Question');
  const target = await first.locator('a').getAttribute('href');
  await page.keyboard.press('Enter');
  await page.waitForURL(target);
  assert.equal(await page.locator('.asked').textContent(), 'Answers: Whom do I call when I am not sure?');
  await context.close();
});

test('a result shows where its words stand, the best first', async () => {
  const { page, context } = await opened();
  await ask(page, 'memory clin');
  const first = page.locator('.result-list li').first();
  assert.match(await first.locator('a').textContent(), /memory clinic/i);
  assert.deepEqual((await first.locator('a mark').allTextContents()).map((text) => text.toLowerCase()).slice(0, 2), ['memory', 'clinic']);
  assert.ok((await page.locator('.result-list .excerpt mark').count()) > 0, 'excerpts show the words too');
  assert.equal(await page.locator('.result-list .excerpt:empty').count(), 0);
  await context.close();
});

test('stages narrow what is found, and say how much there is', async () => {
  const { page, context } = await opened();
  await ask(page, 'the');
  const all = Number((await page.locator('dialog fieldset .count').first().textContent()).trim());
  const second = page.locator('dialog fieldset label').nth(2);
  const count = Number((await second.locator('.count').textContent()).trim());
  assert.ok(count > 0 && count < all);
  const label = await second.evaluate((label) => label.querySelector('span').firstChild.textContent);
  await second.locator('input').check();
  await page.waitForFunction((count) => document.querySelector('dialog [role=status]').textContent.startsWith(`${count} `), count);
  for (const text of await page.locator('.result-list .where').allTextContents()) assert.ok(text.startsWith(label), `${text} is at ${label}`);
  await context.close();
});

test('what nothing is found for is said, and no page stays', async () => {
  const { page, context, complaints } = await opened();
  await ask(page, 'referral');
  await field(page).fill('xyzzy');
  await page.getByText('No page has these words.').waitFor();
  assert.equal(await links(page).count(), 0);
  // Neither markup nor patterns are anything but text.
  for (const text of ['<img src=x onerror=alert(1)>', '.*', '"', '\\', '__proto__', 'constructor']) await field(page).fill(text);
  await page.waitForTimeout(0);
  assert.deepEqual(complaints, []);
  await context.close();
});

test('nothing of it is fetched before it is opened, and nothing from elsewhere ever', async () => {
  const { page, context, complaints } = await tab(browser, { home: server.url });
  const asked = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  await page.goto(server.url + here().path, { waitUntil: 'networkidle' });
  assert.deepEqual(asked.filter((path) => path.includes('search')), []);
  await pressFirst(page, '/');
  await field(page).waitFor();
  await ask(page, 'memory');
  assert.equal(asked.filter((path) => path.includes('search')).length, 3, 'script, style and index');
  assert.deepEqual(complaints, []);
  await context.close();
});

test('once it is loaded it needs no network', async () => {
  const { page, context } = await opened();
  await context.setOffline(true);
  await ask(page, 'memory');
  assert.ok((await page.locator('.result-list .excerpt mark').count()) > 0);
  await ask(page, 'diagnosis');
  assert.ok((await links(page).count()) > 0);
  await context.close();
});

test('without a network it says that it cannot be loaded', async () => {
  const { page, context } = await tab(browser, { home: server.url });
  await page.goto(server.url + here().path);
  await context.setOffline(true);
  await page.locator('.search-button').click();
  await page.getByText('Search is not available just now.').first().waitFor();
  await context.close();
});

test('below a prefix, and from the page for lost addresses', async () => {
  const below = await serve(buildSite('root', { baseUrl: 'https://hub.example/some/where' }).dir, '/some/where/');
  const { page, context } = await opened({}, here().path, below);
  await ask(page, 'memory');
  const href = await links(page).first().getAttribute('href');
  assert.ok(href.startsWith(below.url));
  assert.equal((await page.goto(href)).status(), 200);
  await page.goto(`${below.url}${here('home').path.replace('index.html', 'no/where/')}`);
  await pressFirst(page, '/');
  await field(page).waitFor();
  await ask(page, 'memory');
  assert.equal((await page.goto(await links(page).first().getAttribute('href'))).status(), 200);
  await context.close();
  await below.close();
});

test('a home has it under its heading, by a click and by the key, and none without scripts', async () => {
  for (const way of [(page) => page.locator('main .search-button').click(), (page) => pressFirst(page, '/')]) {
    const { page, context } = await tab(browser, { home: server.url, width: 390 });
    await page.goto(server.url + here('home').path);
    assert.equal(await page.locator('.search-button').count(), 1);
    await way(page);
    await field(page).waitFor();
    await ask(page, 'memory');
    assert.ok((await links(page).count()) > 0);
    await context.close();
  }
  const bare = await tab(browser, { home: server.url, javaScriptEnabled: false });
  await bare.page.goto(server.url + here('home').path);
  assert.equal(await bare.page.locator('.search-button').isVisible(), false);
  await bare.context.close();
});

test('from disk, without scripts, and where the reader does not want the key there is none', async () => {
  const { page, context } = await tab(browser, { home: 'file://' });
  const file = pathToFileURL(join(site.dir, here().path)).href;
  await page.goto(file);
  await pressFirst(page, '/');
  assert.deepEqual([await page.locator('.search-button').isVisible(), await page.locator('dialog').count()], [false, 0]);
  await context.close();

  const bare = await tab(browser, { home: server.url, javaScriptEnabled: false });
  await bare.page.goto(server.url + here().path);
  assert.equal(await bare.page.locator('.search-button').isVisible(), false);
  await bare.context.close();

  const other = await tab(browser, { home: server.url });
  await other.page.goto(server.url + site.one('preferences', 'en').path);
  await other.page.getByLabel('The key / opens the search').uncheck();
  await other.page.getByRole('button', { name: 'Keep on this device' }).click();
  await other.page.goto(server.url + here().path);
  await pressFirst(other.page, '/');
  assert.equal(await other.page.locator('dialog').count(), 0);
  await other.page.keyboard.press('Control+k');
  await field(other.page).waitFor();
  await other.context.close();
});

for (const width of [320, 1280]) {
  for (const dark of [false, true]) {
    test(`open at ${width} px, ${dark ? 'dark' : 'light'}, it satisfies axe and fits`, async () => {
      const { page, context, complaints } = await opened({ width, dark });
      for (const text of ['', 'memory', 'xyzzy']) {
        if (text) await ask(page, text);
        await page.evaluate(AXE);
        const { violations } = await page.evaluate(() => axe.run({ resultTypes: ['violations'], rules: { 'target-size': { enabled: true } } }));
        assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target).join()}`), [], text);
        const spill = await page.locator('dialog.search').evaluate((dialog) => dialog.scrollWidth - dialog.clientWidth);
        assert.equal(spill, 0);
      }
      assert.deepEqual(complaints, []);
      await context.close();
    });
  }
}

test('from right to left, in Arabic, with and without the article', async () => {
  const arabic = buildSite('arabic');
  const from = await serve(arabic.dir);
  const { page, context, complaints } = await opened({}, arabic.one('home').path, from);
  assert.equal(await page.locator('dialog').evaluate((dialog) => getComputedStyle(dialog).direction), 'rtl');
  const title = await page.evaluate(async () => {
    const { site, index } = document.querySelector('.search-button').dataset;
    return (await (await fetch(new URL(index, new URL(site, document.baseURI)))).json()).pages[0].title;
  });
  await ask(page, title);
  assert.equal(await links(page).first().textContent(), title);
  assert.deepEqual(complaints, []);
  await context.close();
  await from.close();
});

// The script folds as the program does.

const TEXTS = [
  'Épilepsie e\u0301pilepsie ÉPILEPSIE naïve', 'Straße Ærø Łódź İstanbul ﬁn Œuvre Þór ıı', 'ΟΔΟΣ οδός', 'Ge\u00adheugen l’enfant follow-up 2.5 mg/ml m² ½ CO₂ HbA₁c 10⁶ Aβ₄₂',
  'العِلاجُ والعلاج للعلاج علاج الذاكرة أدوية إلى ـال كال الم گفتگو کتاب', 'עִבְרִית', 'การรักษา ຢາ', '认知症の薬 abc薬 가나다', 'हिन्दी भाषा', 'x'.repeat(60), `${'é'.repeat(50)}`, '𝒳 Å 𐐷',
];

test('the script folds words as the program does', () => {
  const folder = mkdtempSync(join(scratchFolder('folding'), 'hub-'));
  cpSync(copyHub('minimal'), folder, { recursive: true });
  const [file] = readdirSync(join(folder, 'content'), { recursive: true }).filter((name) => /\.md$/.test(name));
  const front = /^\+\+\+[\s\S]*?\n\+\+\+\n/.exec(readFileSync(join(folder, 'content', file), 'utf8'))[0].replace(/^title.*/m, 'title = "t"').replace(/^summary.*/m, '');
  for (const [at, text] of TEXTS.entries()) writeFileSync(join(folder, 'content', `fold-${String(at).padStart(2, '0')}.md`), `${front}\n${text}\n`);
  const out = join(folder, 'out');
  run('build', folder, '--out', out, '--as-of', AS_OF);
  const [index] = readdirSync(out, { recursive: true }).filter((name) => name.endsWith('search/index.json'));
  const { pages, words } = JSON.parse(readFileSync(join(out, index), 'utf8'));
  const known = new Set(words.split(';').map((entry) => entry.split(':')[0]));
  for (const text of TEXTS) {
    for (const word of wordsOf(text)) assert.ok(known.has(word), `${word} of ${text}`);
  }
  const asked = new Set(pages.flatMap(({ title, summary, text }) => [title, summary, text]).flatMap(wordsOf));
  // Beside the pairs, the program knows each character of scripts without spaces.
  const more = [...known].filter((word) => !asked.has(word) && [...word].length > 1);
  assert.deepEqual(more, []);
});

// Many pages: the words are in files of their own, and the excerpts in the pages.

test('on a site of many pages a question fetches little, and excerpts come from the pages', async () => {
  const hub = join(mkdtempSync(join(scratchFolder('many'), 'hub-')), 'hub');
  cpSync(copyHub('minimal'), hub, { recursive: true });
  const [file] = readdirSync(join(hub, 'content'), { recursive: true }).filter((name) => /\.md$/.test(name));
  const source = readFileSync(join(hub, 'content', file), 'utf8');
  mkdirSync(join(hub, 'content/many'), { recursive: true });
  for (let number = 0; number < 200; number += 1) {
    const front = /^\+\+\+[\s\S]*?\n\+\+\+\n/.exec(source)[0].replace(/^title.*/m, `title = "Page ${number}"`).replace(/^summary.*/m, '');
    writeFileSync(join(hub, `content/many/p${number}.md`), `${front}\n${'Much is said before. '.repeat(20)}Then comes word${number}, and commonplace ends it.\n`);
  }
  const out = join(hub, '../public');
  run('build', hub, '--out', out, '--as-of', AS_OF);
  const from = await serve(out);
  const { page, context, complaints } = await tab(browser, { home: from.url });
  const asked = [];
  page.on('request', (request) => asked.push(request.url().slice(from.url.length).replace(/\?.*/, '')));
  const home = readdirSync(out, { recursive: true }).find((name) => name.endsWith('search/index.json')).replace('search/index.json', 'index.html');
  await page.goto(from.url + home);
  await pressFirst(page, '/');
  await field(page).waitFor();
  await ask(page, 'word137');
  assert.deepEqual(await links(page).allTextContents(), ['Page 137']);
  await page.locator('.result-list .excerpt mark').waitFor();
  assert.equal(await page.locator('.result-list .excerpt mark').textContent(), 'word137');
  assert.equal(asked.filter((path) => path.includes('words-')).length, 1);
  assert.equal(asked.filter((path) => path.includes('pages-')).length, 1);
  await ask(page, 'commonplace');
  assert.equal(await links(page).count(), 10);
  await page.getByRole('button', { name: 'Show more' }).click();
  await links(page).nth(19).waitFor();
  assert.equal(await links(page).nth(10).evaluate((link) => link === document.activeElement), true);
  assert.deepEqual(complaints, []);
  await context.close();
  await from.close();
});
