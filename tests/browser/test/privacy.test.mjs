// What is kept on a reader's device, what may be sent from it, and what a page may run.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { tab } from '../lib/browser.mjs';
import { sharedBrowser, sharedSite } from '../lib/shared.mjs';
import { buildSite } from '../lib/sites.mjs';

const browser = await sharedBrowser();
const { site, server } = await sharedSite('root');

const kept = (page) => page.evaluate(() => [localStorage.length + sessionStorage.length, document.cookie]);

test('nothing is kept on the device by reading, or by trying preferences out', async () => {
  const { page, context } = await tab(browser, { home: server.url });
  for (const { path } of site.kinds()) await page.goto(server.url + path);
  await page.goto(server.url + site.one('preferences').path);
  await page.locator('[name=theme][value=dark]').check();
  assert.equal(await page.locator('html').getAttribute('data-theme'), 'dark');
  assert.deepEqual(await kept(page), [0, '']);
  await context.close();
});

for (const dark of [false, true]) {
  test(`what a reader asks to keep is kept, and forgotten, on a ${dark ? 'dark' : 'light'} system`, async () => {
    const { page, context, complaints } = await tab(browser, { home: server.url, dark });
    const { path, persona } = site.one('preferences', 'en');
    const paper = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    await page.goto(server.url + path);
    const before = await paper();
    await page.locator(`[name=theme][value=${dark ? 'light' : 'dark'}]`).check();
    await page.locator('[name=text][value=large]').check();
    await page.locator('[name=home]').check();
    await page.getByRole('button', { name: 'Keep on this device' }).click();
    assert.equal(await page.getByRole('status').textContent(), 'Kept on this device.');
    await page.goto(server.url + site.one('page').path);
    assert.notEqual(await paper(), before);
    assert.equal(await page.evaluate(() => getComputedStyle(document.documentElement).fontSize), '19px');
    // In either language the chooser knows the persona again.
    for (const lang of site.languages) {
      await page.goto(server.url + site.one('chooser', lang).path);
      const first = page.locator('.choices a').first();
      assert.ok((await first.getAttribute('href')).includes(`${persona}/`));
      assert.equal(await first.locator('.kept').count(), 1);
    }
    await page.goto(server.url + path);
    await page.getByRole('button', { name: 'Clear everything' }).click();
    assert.equal(await page.getByRole('status').textContent(), 'Cleared: nothing is kept on this device.');
    assert.equal(await paper(), before);
    assert.deepEqual(await kept(page), [0, '']);
    await page.goto(server.url);
    assert.equal(await page.locator('.kept').count(), 0);
    assert.deepEqual(complaints, []);
    await context.close();
  });
}

test('answers are sent only with consent, only when asked for, and with no name', async () => {
  const { page, context } = await tab(browser, { home: server.url });
  await page.goto(server.url + site.one('page', 'en').path);
  const form = page.locator('form.feedback');
  assert.equal(await form.getAttribute('action'), 'https://answers.hub.example/memory-care');
  await form.getByLabel('Yes').check();
  await form.getByLabel('7', { exact: true }).check();
  assert.equal(await form.evaluate((form) => form.checkValidity()), false);
  await form.locator('[name=consent]').check();
  assert.equal(await form.evaluate((form) => form.checkValidity()), true);
  const fields = await form.evaluate((form) => [...new FormData(form).keys()]);
  assert.deepEqual(fields, ['page', 'useful', 'score', 'consent']);
  const starter = buildSite('starter');
  for (const { path } of starter.pages) assert.ok(!starter.read(path).includes('<form class="feedback"'), path);
  await context.close();
});

test('who asks not to be followed is asked nothing', async () => {
  const { page, context } = await tab(browser, { home: server.url });
  await page.addInitScript(() => Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', { value: true }));
  await page.goto(server.url + site.one('page').path);
  assert.equal(await page.locator('form.feedback').count(), 0);
  assert.equal(await page.locator('[data-gpc]').isVisible(), true);
  await context.close();
});

for (const where of ['a server', 'disk']) {
  test(`a page from ${where} runs what the build put there, and nothing else`, async () => {
    const home = where === 'disk' ? `${pathToFileURL(site.dir)}/` : server.url;
    const { page, context, complaints } = await tab(browser, { home });
    // The page for lost addresses is shown by servers alone.
    const shown = site.kinds().filter(({ kind }) => kind !== 'redirect' && (where !== 'disk' || kind !== 'not found'));
    for (const { path, kind } of shown) {
      await page.goto(home + path);
      assert.match(await page.evaluate(() => getComputedStyle(document.body).fontFamily), /Segoe UI/, `${kind}: the style sheet is there`);
      assert.deepEqual(complaints, [], kind);
      const ran = await page.evaluate(() => {
        const script = document.createElement('script');
        script.textContent = 'window.ran = true';
        document.body.append(script);
        return window.ran === true;
      });
      assert.equal(ran, false, kind);
      assert.match(complaints.splice(0).join(), /Content Security Policy/);
    }
    await context.close();
  });
}
