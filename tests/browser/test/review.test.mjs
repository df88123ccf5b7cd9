// The review pack, opened from disk: silent, accessible, and whole on paper.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { AXE, tab } from '../lib/browser.mjs';
import { sharedBrowser } from '../lib/shared.mjs';
import { reviewPack } from '../lib/sites.mjs';

const browser = await sharedBrowser();

/** Of each pack: the cover, the site map, and pages of every sort. */
const PACKS = {
  root: [
    'index.html',
    'professionals/index.html',
    'patients/index.html',
    'patients/en/1.5.3-patient-card.html',
    'professionals/en/1.3.1-phase3.html',
    'professionals/nl/1.2.1-wat-is-er-veranderd.html',
  ],
  extremes: 'largest',
  arabic: 'largest',
  /** Very many pages, personas and languages. */
  many: 'largest',
};

const packs = Object.entries(PACKS).map(([name, wanted]) => {
  const { folder, files } = reviewPack(name);
  const size = (file) => readFileSync(join(folder, file)).length;
  const largest = () => ['index.html', 'professionals/index.html', files.filter((file) => !file.endsWith('index.html')).sort((a, b) => size(b) - size(a))[0]];
  return { name, folder, files: wanted === 'largest' ? largest() : wanted };
});

/** Opens a file; `inject` lets the test put axe where the file's own policy lets in nothing. */
async function open(folder, file, { inject = false, ...device } = {}) {
  const url = pathToFileURL(join(folder, file)).href;
  const opened = await tab(browser, { home: url, bypassCSP: inject, ...device });
  const requests = [];
  opened.context.on('request', (request) => requests.push(request.url()));
  await opened.page.goto(url);
  // Pictures that are data are no requests.
  return { ...opened, asked: () => requests.filter((asked) => asked !== url && !asked.startsWith('data:')) };
}

for (const { name, folder, files } of packs) {
  // A pack is paper: it looks the same in the dark.
  for (const [width, dark] of [[390, false], [768, true], [1280, false]]) {
    test(`${name}: at ${width} pixels${dark ? ' in the dark' : ''}, axe has nothing to say and nothing sticks out`, async () => {
      for (const file of files) {
        const { page, context } = await open(folder, file, { inject: true, width, dark });
        await page.evaluate(AXE);
        const { violations } = await page.evaluate(() => axe.run({ resultTypes: ['violations'] }));
        assert.deepEqual(violations.map(({ id, nodes }) => `${file}: ${id}: ${nodes[0].target}`), []);
        assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), 0, file);
        await context.close();
      }
    });
  }

  test(`${name}: nothing is asked for, and no browser complains`, async () => {
    for (const file of files) {
      const { page, context, complaints, asked } = await open(folder, file);
      await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
      const broken = await page.locator('img').evaluateAll((all) => all.filter((one) => one.complete && one.naturalWidth === 0).map((one) => one.alt));
      assert.deepEqual(broken, [], file);
      assert.deepEqual(asked(), [], file);
      assert.deepEqual(complaints.filter((complaint) => !complaint.startsWith('outside: data:')), [], file);
      await context.close();
    }
  });
}

test('words that came and went are told to those who hear them, and the page looks as its theme has it', async () => {
  const { folder } = packs[0];
  const { page, context } = await open(folder, 'professionals/en/1.3.1-phase3.html');
  assert.match(await page.locator('main ins.rv-in').first().innerText(), /inserted:\s+\S/);
  assert.match(await page.locator('main del.rv-out').first().innerText(), /deleted:\s+\S/);
  const shown = await page.locator('ins.rv-in .rv-heard').first().boundingBox();
  assert.ok(shown.width <= 1 && shown.height <= 1);
  const font = (selector) => page.locator(selector).first().evaluate((one) => getComputedStyle(one).fontFamily);
  assert.notEqual(await font('main h1'), await font('.rv h2'), 'neither has the style of the other');
  await context.close();
});

test('the site map leads to every page and back, from disk', async () => {
  const { folder } = packs[0];
  const { page, context } = await open(folder, 'index.html');
  await page.getByRole('link', { name: 'Pages for professionals' }).click();
  await page.getByRole('link', { name: 'Phase 3 results, in context' }).first().click();
  await page.getByRole('link', { name: 'Sheet to sign' }).click();
  assert.ok(await page.locator('#rv-sign').evaluate((one) => one.getBoundingClientRect().top < innerHeight));
  await page.getByRole('link', { name: 'Site map' }).click();
  assert.equal(await page.locator('h1').innerText(), 'Pages for professionals');
  await context.close();
});

test('it prints on A4, and nothing is cut off', async () => {
  for (const { folder, files } of packs) {
    for (const file of files) {
      // As wide as A4 within its margins.
      const { page, context } = await open(folder, file, { width: 688, height: 980 });
      await page.emulateMedia({ media: 'print', colorScheme: 'light' });
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), 0, file);
      const pdf = (await page.pdf({ preferCSSPageSize: true, printBackground: true })).toString('latin1');
      const boxes = [...pdf.matchAll(/\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/g)];
      assert.ok(boxes.length > 0, file);
      assert.ok(boxes.every(([, width, height]) => Math.round(width) === 595 && Math.round(height) === 842), `${file}: A4`);
      await context.close();
    }
  }
});
