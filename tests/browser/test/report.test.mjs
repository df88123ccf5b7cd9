// The coverage report as one HTML file, opened from disk: silent, accessible, filtered, printed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { AXE, tab } from '../lib/browser.mjs';
import { sharedBrowser } from '../lib/shared.mjs';
import { report } from '../lib/sites.mjs';


const browser = await sharedBrowser();
const [small, large] = [false, true].map((more) => pathToFileURL(report({ more })).href);

/** Opens a report; `inject` lets the test put axe where the report's own policy lets in nothing. */
async function open(url, { inject = false, ...device } = {}) {
  const opened = await tab(browser, { home: url, bypassCSP: inject, ...device });
  await opened.page.goto(url);
  return opened;
}

for (const dark of [false, true]) {
  for (const width of [320, 768, 1280]) {
    test(`at ${width} pixels${dark ? ' in the dark' : ''}, axe has nothing to say and nothing sticks out`, async () => {
      for (const url of [small, large]) {
        const { page, context, complaints } = await open(url, { inject: true, width, dark });
        await page.evaluate(AXE);
        // With a cell open, so that what is behind it is looked at too.
        await page.evaluate(() => (document.querySelector('.cells details[data-state="gap"]').open = true));
        const { violations } = await page.evaluate(() => axe.run({ resultTypes: ['violations'] }));
        assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes[0].target}`), []);
        assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), 0);
        assert.deepEqual(complaints, []);
        await context.close();
      }
    });
  }
}

test('a cell of the map opens what is behind it, by keyboard', async () => {
  const { page, context } = await open(small);
  await page.locator('.map td[data-state="gap"] a').first().focus();
  await page.keyboard.press('Enter');
  const behind = page.locator('details[open]');
  await behind.waitFor();
  assert.equal(await behind.count(), 1);
  assert.match(await behind.innerText(), /Brief[^]*# Compliance will ask/);
  assert.ok(await behind.locator('summary').evaluate((summary) => summary === document.activeElement));
  await context.close();
});

test('filters work without a server', async () => {
  const { page, context, complaints } = await open(small);
  const shown = () => page.locator('#shown').innerText();
  assert.equal(await shown(), '48 cells shown');
  await page.getByLabel('Language').selectOption('nl');
  await page.getByLabel('State').selectOption('gap');
  assert.equal(await shown(), '6 cells shown');
  assert.equal(await page.locator('.cells details:visible').count(), 6);
  await page.getByLabel('Persona').selectOption('gp-traditional');
  assert.equal(await shown(), '3 cells shown');
  assert.equal(await page.locator('.persona:visible').count(), 1);
  await page.getByRole('button', { name: 'Show all' }).click();
  await page.getByText('48 cells shown').waitFor();
  assert.deepEqual(complaints, []);
  await context.close();
});

test('without script all of it can be read, and filters are not offered', async () => {
  const { page, context } = await open(small, { javaScriptEnabled: false });
  assert.equal(await page.locator('#filters').isVisible(), false);
  assert.equal(await page.locator('.map td:visible').count(), 48);
  await context.close();
});

test('it prints on A4 landscape, without what only a screen can show', async () => {
  for (const url of [small, large]) {
    const { page, context } = await open(url, { width: 1040, height: 710 });
    await page.emulateMedia({ media: 'print', colorScheme: 'light' });
    assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), 0, 'nothing is cut off');
    const hidden = await page.locator('.filters, .cells, nav').evaluateAll((parts) => parts.every((part) => part.checkVisibility() === false));
    assert.ok(hidden);
    const smallest = await page.locator('.map a, .lanes td, .part li').evaluateAll((all) => Math.min(...all.map((one) => parseFloat(getComputedStyle(one).fontSize))));
    assert.ok(smallest >= 11, `the smallest print is ${smallest} pixels: 8 points are 10.7`);
    const pdf = (await page.pdf({ preferCSSPageSize: true, printBackground: true })).toString('latin1');
    const boxes = [...pdf.matchAll(/\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/g)];
    assert.ok(boxes.length > 0 && boxes.every(([, width, height]) => Math.round(width) === 842 && Math.round(height) === 595), 'A4 landscape');
    await context.close();
  }
});
