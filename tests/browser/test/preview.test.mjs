// What a writer meets: saves on screen at once, the bar, and the desk.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AXE, tab } from '../lib/browser.mjs';
import { preview } from '../lib/preview.mjs';
import { sharedBrowser } from '../lib/shared.mjs';

const PAGE = 'huisartsen/in-de-praktijk/contact/';
const FILE = 'content/service/contact.md';

const browser = await sharedBrowser();

/** A tab on a page of a preview of the reference hub. */
async function open(path = PAGE, options = {}, ...serve) {
  const live = await preview('root', ...serve);
  const shown = await tab(browser, { home: live.url, ...options });
  await shown.page.goto(live.url + path);
  return { live, ...shown, close: async () => (await shown.context.close(), live.close()) };
}

/** Waits until a function of the page holds. The page's own policy keeps Playwright's way of waiting out. */
async function until(page, holds) {
  const end = Date.now() + 30_000;
  // A page that is just being loaded anew has no answer.
  while (!(await page.evaluate(holds).catch(() => false))) assert.ok(Date.now() < end, `in time: ${holds}`);
}

const findings = (page) => page.locator('etappe-bar .panel .findings');

test('a save reloads the page where the writer was, with what was open', async () => {
  const { live, page, complaints, close } = await open(PAGE, { height: 400 });
  const more = `\n<details><summary>More</summary><p>Open</p></details>\n\n${'A paragraph to scroll by.\n\n'.repeat(30)}`;
  live.edit(FILE, '\n## ', `${more}\n## `);
  await page.getByText('More', { exact: true }).click();
  await page.evaluate(() => scrollTo(0, 700));
  live.edit(FILE, 'A paragraph to scroll by.', 'A paragraph that was edited.');
  await page.getByText('A paragraph that was edited.').waitFor({ state: 'attached' });
  await until(page, () => scrollY === 700);
  assert.equal(await page.locator('details', { hasText: 'More' }).evaluate((element) => element.open), true);
  assert.deepEqual(complaints, []);
  await close();
});

test('only tabs whose bytes differ reload, and all of a browser share one stream of events', async () => {
  const { live, page, context, close } = await open();
  const others = [];
  for (const path of ['huisartsen/', 'casemanagers/', 'neurologen/in-de-praktijk/mri-schedule/', 'neurologen/', '', 'en/', 'huisartsen/in-de-praktijk/']) {
    const other = await context.newPage();
    await other.goto(live.url + path);
    others.push(other);
  }
  for (const each of [page, ...others]) await each.evaluate(() => (window.same = true));
  live.edit(FILE, '\n## ', '\nA sentence that was saved.\n\n## ');
  await page.getByText('A sentence that was saved.').waitFor({ state: 'attached' });
  for (const other of others) {
    assert.equal(await other.evaluate(async () => (await (await fetch('/_etappe/live.js')).text(), window.same)), true);
  }
  await close();
});

test('a style sheet is swapped in place', async () => {
  const { live, page, complaints, close } = await open();
  await page.evaluate(() => (window.same = true));
  live.edit('themes/default/styles/tokens.css', ':root', 'body { outline: 7px solid rgb(1, 2, 3) }\n:root');
  await until(page, () => getComputedStyle(document.body).outlineWidth === '7px');
  await until(page, () => !document.querySelector('link[data-etappe-old]'));
  assert.equal(await page.evaluate(() => window.same), true, 'it was not loaded anew');
  assert.deepEqual(complaints, []);
  await close();
});

test('an error stands in the page as text, is dismissed by keyboard, and goes when it is solved', async () => {
  const { live, page, close } = await open();
  live.edit(FILE, '\n## ', '\n[x](no<img/src=x/onerror=alert(1)>.md)\n\n## ');
  await findings(page).getByText('link.broken').waitFor();
  assert.equal(await page.locator('etappe-bar img').count(), 0);
  assert.match(await findings(page).innerText(), /<img\/src=x\/onerror=alert\(1\)>/);
  const link = await findings(page).getByRole('link', { name: FILE }).getAttribute('href');
  assert.match(link, /^vscode:\/\/file\/.+\/content\/service\/contact\.md:\d+:\d+$/);
  await page.locator('etappe-bar #close').focus();
  await page.keyboard.press('Escape');
  assert.equal(await page.locator('etappe-bar .panel').count(), 0);
  assert.equal(await page.evaluate(() => document.querySelector('etappe-bar').shadowRoot.activeElement.id), 'findings');
  await page.keyboard.press('Enter');
  await findings(page).waitFor();
  live.edit(FILE, '\n[x](no<img/src=x/onerror=alert(1)>.md)\n', '');
  await page.locator('etappe-bar #findings', { hasText: /^(No findings|\d+ finding)/ }).waitFor();
  await until(page, () => !document.querySelector('etappe-bar').shadowRoot.textContent.includes('link.broken'));
  await close();
});

test('while a template is broken the page stays, and comes back by itself', async () => {
  const { live, page, close } = await open();
  const title = await page.locator('h1').first().innerText();
  live.edit('themes/default/page.html', '{% block main %}', '{% block main %}{{ broken ');
  await findings(page).getByText('theme.template').first().waitFor();
  await page.reload();
  assert.equal(await page.locator('h1').first().innerText(), title);
  live.edit('themes/default/page.html', '{{ broken ', '<p>Mended</p>');
  await page.getByText('Mended').waitFor();
  await page.locator('etappe-bar .panel').waitFor({ state: 'detached' });
  await close();
});

test('the bar leads to the same page for others, and stands apart from the theme', async () => {
  const { live, page, close } = await open();
  live.edit('themes/default/styles/tokens.css', ':root', 'main, button, a, div, etappe-bar { display: none !important }\n:root');
  await until(page, () => getComputedStyle(document.querySelector('main')).display === 'none');
  await page.locator('etappe-bar #personas').click();
  await page.locator('etappe-bar .panel a', { hasText: 'Casemanagers' }).click();
  await page.waitForURL(/\/casemanagers\//);
  await page.locator('etappe-bar #languages').click();
  await page.locator('etappe-bar .panel a', { hasText: 'English' }).click();
  await page.waitForURL(/\/casemanagers\/en\//);
  await close();
});

test('on a telephone the bar is one line, holds everything, and the foot of the page ends above it', async () => {
  const { live, page, complaints, close } = await open(PAGE, { width: 375 });
  const height = (selector) => page.locator(selector).evaluate((element) => element.getBoundingClientRect().height);
  for (const path of [PAGE, 'huisartsen/en/in-practice/contact/', 'huisartsen/', '']) {
    await page.goto(live.url + path);
    await page.locator('etappe-bar .bar').waitFor();
    assert.ok((await height('etappe-bar .bar')) < 48, `${path}: the bar is one line`);
    assert.ok((await height('.preview')) < 32, `${path}: the note above the page is one line`);
    await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
    const [foot, bar] = await page.evaluate(() =>
      [document.querySelector('.site-foot'), document.querySelector('etappe-bar').shadowRoot.querySelector('.bar')].map((element) => element.getBoundingClientRect()),
    );
    assert.ok(foot.bottom <= bar.top, `${path}: the foot ends at ${foot.bottom}, and the bar begins at ${bar.top}`);
  }
  await page.goto(live.url + PAGE);
  await page.locator('etappe-bar #page').click();
  const panel = page.locator('etappe-bar .panel');
  assert.deepEqual(await panel.locator('h3').allTextContents(), ['The same page for', 'The same page in', 'Not for every reader']);
  assert.equal(await panel.locator('#edit').count(), 1);
  await panel.locator('a', { hasText: 'English' }).click();
  await page.waitForURL(/\/huisartsen\/en\//);
  // A wider screen has room for each.
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.locator('etappe-bar #languages').waitFor();
  assert.equal(await page.locator('etappe-bar #page').count(), 0);
  assert.deepEqual(complaints, []);
  await close();
});

/** The marks of parts for some: their words and where they stand, as the screen has them. */
const marks = (page) =>
  page.evaluate(() =>
    [...(document.querySelector('etappe-marks')?.shadowRoot.querySelectorAll('b') ?? [])].map((name) => name.textContent),
  );

test('what is for some readers only has a bar and the words for whom, and a switch', async () => {
  const { live, page, complaints, close } = await open('casemanagers/wat-is-er-mogelijk/wat-is-er-veranderd/');
  await page.locator('etappe-bar #parts', { hasText: '2 parts for some' }).waitFor();
  assert.deepEqual(await marks(page), ['For Casemanagers dementie', 'Not for Neurologen op de geheugenpoli']);
  const [bar, text] = await page.evaluate(() => {
    const words = [...document.querySelectorAll('p')].find((text) => text.textContent.includes('keukentafel'));
    return [document.querySelector('etappe-marks').shadowRoot.querySelector('i'), words].map((element) => element.getBoundingClientRect().toJSON());
  });
  assert.ok(bar.right <= text.left && Math.abs(bar.top - text.top) < 2 && Math.abs(bar.height - text.height) < 2, JSON.stringify([bar, text]));
  live.edit('content/awareness/what-changed.md', '\n## ', '\nOne :for[word]{persona=case-manager}.\n\n:::for{stage=awareness}\nHere.\n:::\n\n## ');
  await page.locator('etappe-bar #parts', { hasText: '4 parts for some' }).waitFor();
  const four = ['For Casemanagers dementie', 'For Casemanagers dementie', 'At Wat is er mogelijk', 'Not for Neurologen op de geheugenpoli'];
  assert.deepEqual(await marks(page), four);
  await page.locator('etappe-bar #parts').focus();
  await page.keyboard.press('Enter');
  assert.deepEqual(await page.locator('etappe-bar .panel li').allInnerTexts(), four);
  await page.locator('etappe-bar #part-3').focus();
  await page.keyboard.press('Enter');
  assert.ok((await page.evaluate(() => scrollY)) > 0);
  await page.locator('etappe-bar #marks').focus();
  await page.keyboard.press('Enter');
  assert.equal(await page.locator('etappe-bar #marks').getAttribute('aria-pressed'), 'false');
  assert.deepEqual(await marks(page), []);
  await page.reload();
  await page.locator('etappe-bar #parts').waitFor();
  assert.deepEqual(await marks(page), [], 'the switch stays');
  assert.deepEqual(complaints, []);
  await close();
});

test('a browser that follows goes to the page that is saved', async () => {
  const { live, page, close } = await open('huisartsen/en/', {}, '--navigate');
  await page.locator('etappe-bar .bar').waitFor();
  live.edit('content/service/contact.en.md', '\n## ', '\nSaved.\n\n## ');
  await page.waitForURL(/\/huisartsen\/en\/in-practice\/contact\//);
  await close();
});

test('the desk is kept up to date, and filters as one types', async () => {
  const { live, page, complaints, close } = await open('_etappe/pages');
  await page.locator('#q').pressSequentially('service/contact');
  await page.getByText(/^\d of \d+ pages$/).waitFor();
  live.edit(FILE, /title = .*/.exec(live.read(FILE))[0], 'title = "A title that was saved"');
  await page.getByText('A title that was saved').waitFor();
  assert.equal(await page.locator('#q').inputValue(), 'service/contact');
  assert.deepEqual(complaints, []);
  await close();
});

test('pages with the bar open, and the desk, satisfy axe', async () => {
  const live = await preview('root');
  live.edit(FILE, '\n## ', '\n[x](nowhere.md)\n\n## ');
  const wrong = [];
  for (const [width, dark] of [[320, false], [320, true], [1280, false], [1280, true]]) {
    const { page, context, complaints } = await tab(browser, { home: live.url, width, dark });
    const key = 'compare?page=service/contact';
    for (const path of [PAGE, '_etappe/', '_etappe/findings', '_etappe/pages', `_etappe/${key}`, '_etappe/explain?code=link.broken']) {
      await page.goto(live.url + path);
      if (path === PAGE) await findings(page).waitFor();
      await page.evaluate(AXE);
      const { violations } = await page.evaluate(() => axe.run({ resultTypes: ['violations'], iframes: false, rules: { 'target-size': { enabled: true } } }));
      for (const { id, nodes } of violations) wrong.push(`${path} at ${width}, ${dark}: ${id}: ${nodes.map((node) => node.target.join(' ')).join(', ')}`);
      const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      if (over > 0) wrong.push(`${path} at ${width}: ${over} px too wide`);
    }
    wrong.push(...complaints);
    await context.close();
  }
  live.close();
  assert.deepEqual(wrong, []);
});

test('a script that a page brings runs only where it is allowed', async () => {
  for (const options of [[], ['--allow-scripts']]) {
    const { live, page, close } = await open(PAGE, {}, ...options);
    const own = '<script>window.ran = true</script>\n<p id="own" onclick="window.clicked = true">A paragraph of its own.</p>';
    live.edit(FILE, '\n## ', `\n${own}\n\n## `);
    // The preview's own script loads the page anew, and the theme's runs in it.
    await page.getByText('A paragraph of its own.').click();
    assert.equal(await page.locator('etappe-bar').count(), 1);
    assert.equal(await page.evaluate(() => window.ran === true), options.length > 0);
    assert.equal(await page.evaluate(() => window.clicked === true), false, 'what stands in attributes never runs');
    await close();
  }
});
