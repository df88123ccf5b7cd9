// Passing a page on: a mail to a colleague, the address to copy, and the bridge to another profession's page.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AXE, tab } from '../lib/browser.mjs';
import { sharedBrowser, sharedSite } from '../lib/shared.mjs';

const browser = await sharedBrowser();
const { site, server } = await sharedSite('root');

const FROM = { en: 'neurologen/en/in-practice/mri-schedule/', nl: 'neurologen/in-de-praktijk/mri-schedule/' };
const TO = { en: 'huisartsen/en/in-practice/side-effects-gp/', nl: 'huisartsen/in-de-praktijk/bijwerkingen-in-je-praktijk/' };
const LABEL = { en: 'To pass on to: General practitioners', nl: 'Om door te geven aan: Huisartsen' };

/** Goes on from a bridge only when asked to: it is read before it is left. */
async function hold(page) {
  await page.route('**/bridge/**', async (route) => {
    const body = await (await route.fetch()).text();
    await route.fulfill({ body: body.replace(/<meta http-equiv="refresh"[^>]*>/, ''), contentType: 'text/html; charset=utf-8' });
  });
}

for (const javaScriptEnabled of [true, false]) {
  const script = javaScriptEnabled ? 'with' : 'without';

  test(`a bridge is walked ${script} JavaScript, in either language`, async () => {
    for (const lang of ['en', 'nl']) {
      const { page, context, complaints } = await tab(browser, { home: server.url, javaScriptEnabled });
      await page.goto(server.url + FROM[lang]);
      const link = page.getByRole('link', { name: LABEL[lang], exact: true });
      assert.match(await link.getAttribute('href'), /^(\.\.\/)+bridge\/[0-9a-f]{16}\/index\.html$/);
      await link.click();
      await page.waitForURL(`${server.url + TO[lang]}index.html`);
      assert.equal(await page.locator('html').getAttribute('lang'), lang);
      assert.deepEqual(complaints, []);
      await context.close();
    }
  });

  test(`an address is copied with a script alone: ${script} JavaScript`, async () => {
    const { page, context } = await tab(browser, { home: server.url, javaScriptEnabled });
    await page.goto(server.url + FROM.en);
    assert.equal(await page.getByRole('link', { name: 'Share with a colleague' }).isVisible(), true);
    assert.equal(await page.getByRole('button', { name: 'Copy the address' }).isVisible(), javaScriptEnabled);
    await context.close();
  });
}

test('a bridge says for whom the pages behind it are', async () => {
  for (const dark of [false, true]) {
    const { page, context, complaints } = await tab(browser, { home: server.url, dark, width: 320 });
    await hold(page);
    await page.goto(server.url + FROM.en);
    await page.getByRole('link', { name: LABEL.en }).click();
    assert.equal(await page.getByRole('heading', { level: 1 }).textContent(), 'Pages for: General practitioners');
    await page.evaluate(AXE);
    const { violations } = await page.evaluate(() => globalThis.axe.run());
    assert.deepEqual(violations.map(({ id }) => id), []);
    await page.getByRole('link', { name: 'Continue to these pages' }).click();
    await page.waitForURL(`${server.url + TO.en}index.html`);
    assert.deepEqual(complaints, []);
    await context.close();
  }
});

test('the address that is copied is the one where others find the page, and a reader is told', async () => {
  const { page, context, complaints } = await tab(browser, { home: server.url, permissions: ['clipboard-read', 'clipboard-write'] });
  await page.goto(server.url + FROM.nl);
  const status = page.locator('.share [role=status]');
  assert.equal(await status.textContent(), '');
  const button = page.getByRole('button', { name: 'Adres kopiëren' });
  await button.focus();
  await page.keyboard.press('Enter');
  await status.filter({ hasText: 'Adres gekopieerd' }).waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), `https://hub.example/${FROM.nl}`);
  assert.deepEqual(complaints, []);
  await context.close();
});

test('where a browser refuses to copy, the reader sees the address', async () => {
  const { page, context } = await tab(browser, { home: server.url });
  await page.goto(server.url + FROM.en);
  await page.evaluate(() => {
    navigator.clipboard.writeText = () => Promise.reject(new Error('not allowed'));
  });
  await page.getByRole('button', { name: 'Copy the address' }).click();
  await page.locator('.share [role=status]').filter({ hasText: `https://hub.example/${FROM.en}` }).waitFor();
  await context.close();
});

test('the mail to a colleague says title and address, and nobody else learns of it', async () => {
  const { page, context, complaints } = await tab(browser, { home: server.url });
  for (const { path } of site.pages.filter(({ kind }) => kind === 'page')) {
    await page.goto(server.url + path);
    const [mail, title, canonical] = await page.evaluate(() => [
      document.querySelector('.share a').href,
      document.querySelector('h1').textContent,
      document.querySelector('link[rel=canonical]').href,
    ]);
    const url = new URL(mail);
    assert.equal(url.protocol + url.pathname, 'mailto:', 'it has no recipient');
    assert.deepEqual([...url.searchParams], [['subject', title], ['body', `${title}\r\n\r\n${canonical}`]]);
  }
  assert.deepEqual(complaints, []);
  await context.close();
});

test('paper passes nothing on', async () => {
  const { page, context } = await tab(browser, { home: server.url });
  await page.goto(server.url + FROM.en);
  await page.emulateMedia({ media: 'print' });
  for (const part of ['.share', '.bridge']) assert.equal(await page.locator(part).isVisible(), false, part);
  await context.close();
});
