// Passing a page on: a mail to a colleague, and the address to copy.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tab } from '../lib/browser.mjs';
import { sharedBrowser, sharedSite } from '../lib/shared.mjs';

const browser = await sharedBrowser();
const { site, server } = await sharedSite('root');

const FROM = { en: 'neurologen/en/in-practice/mri-schedule/', nl: 'neurologen/in-de-praktijk/mri-schedule/' };

for (const javaScriptEnabled of [true, false]) {
  const script = javaScriptEnabled ? 'with' : 'without';

  test(`an address is copied with a script alone: ${script} JavaScript`, async () => {
    const { page, context } = await tab(browser, { home: server.url, javaScriptEnabled });
    await page.goto(server.url + FROM.en);
    assert.equal(await page.getByRole('link', { name: 'Share with a colleague' }).isVisible(), true);
    assert.equal(await page.getByRole('button', { name: 'Copy the address' }).isVisible(), javaScriptEnabled);
    await context.close();
  });
}

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
  assert.equal(await page.locator('.share').isVisible(), false);
  await context.close();
});
