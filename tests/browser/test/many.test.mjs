// A hub in which everything is many: parts, a filter, wide tables, a manual, eleven languages.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tab } from '../lib/browser.mjs';
import { LANGUAGES, PAGES } from '../lib/many.mjs';
import { sharedBrowser, sharedSite } from '../lib/shared.mjs';

const STAGE = 'p0/evidence/index.html';
const PART = 'p0/evidence/part.2/index.html';
const TABLES = 'p0/practice/tables/index.html';
const MANUAL = 'p0/practice/manual/index.html';

const browser = await sharedBrowser();
const { site, server } = await sharedSite('many');

/** Opens a page of the site, and closes it when `look` has seen it. */
async function at(path, device, look) {
  const { page, context, complaints } = await tab(browser, { home: server.url, ...device });
  try {
    await page.goto(server.url + path);
    await look(page);
    assert.deepEqual(complaints, []);
  } finally {
    await context.close();
  }
}

const shown = (page) => page.locator('.group .cards > li:visible').count();

test('the parts of a stage lead from one to the next and name each of its pages once', async () => {
  await at(STAGE, {}, async (page) => {
    const seen = [];
    for (;;) {
      seen.push(...(await page.locator('.cards :is(h2, h3, h4) a').evaluateAll((links) => links.map((link) => link.href))));
      const next = page.locator('.list-parts [rel=next]').last();
      if (!(await next.count())) break;
      const href = await next.evaluate((link) => link.href);
      await next.focus();
      await Promise.all([page.waitForURL(href), page.keyboard.press('Enter')]);
    }
    assert.equal(seen.length, PAGES);
    assert.equal(new Set(seen).size, PAGES);
    assert.match(page.url(), /part\.3\/index\.html$/);
    assert.match(await page.title(), /Part 3 of 3/);
  });
});

test('a field narrows the list, whatever the accents, and says how many are left', async () => {
  await at(STAGE, {}, async (page) => {
    const status = page.locator('.filter [role=status]');
    assert.equal(await shown(page), 50);
    assert.equal(await status.textContent(), '');
    await page.locator('#_filter').focus();
    await page.keyboard.type('driving');
    const driving = await page.locator('.cards > li', { hasText: 'Driving' }).count();
    assert.ok(driving > 0 && driving < 50);
    assert.equal(await shown(page), driving);
    assert.equal(await status.textContent(), `${driving} of 50 pages`);
    assert.ok((await page.locator('.year:visible').count()) < (await page.locator('.year').count()), 'years without a page go');
    for (const [words, some] of [['okonomi', true], ['ØKONOMI', true], ['naive', true], ['first YEAR', true], ['driving 36', true], ['2025 imaging', true], ['zzz', false]]) {
      await page.fill('#_filter', words);
      const left = await shown(page);
      assert.equal(left > 0, some, words);
      assert.equal(await status.textContent(), left ? `${left} of 50 pages` : 'No page in this list has these words.', words);
    }
    assert.equal(await page.locator('.group:visible').count(), 0);
    await page.fill('#_filter', '');
    assert.equal(await shown(page), 50);
    assert.equal(await status.textContent(), '');
  });
});

test('a filter hands its words to the search of all pages', async () => {
  await at(PART, {}, async (page) => {
    await page.fill('#_filter', 'dosing');
    await page.locator('.filter button').click();
    await page.locator('dialog.search .result-list a').first().waitFor();
    assert.equal(await page.locator('#_words').inputValue(), 'dosing');
    await page.locator('dialog.search .close').click();
    await page.locator('.search-button').click();
    assert.equal(await page.locator('#_words').inputValue(), 'dosing', 'as it was left');
  });
});

test('without a script there is no field, and every part is still reached', async () => {
  const { page, context } = await tab(browser, { home: server.url, javaScriptEnabled: false });
  await page.goto(server.url + PART);
  assert.equal(await page.locator('.filter').isVisible(), false);
  await page.locator('.list-parts').first().getByText('3').click();
  assert.match(page.url(), /part\.3/);
  await context.close();
});

test('short lists have no field', async () => {
  for (const path of ['p0/alone/index.html', 'p0/practice/index.html']) assert.ok(!site.read(path).includes('class="filter"'), path);
});

test('a wide table takes both columns below what stands beside the text, and overlaps nothing', async () => {
  for (const width of [1000, 1280, 2560]) {
    await at(TABLES, { width }, async (page) => {
      const box = (locator) => locator.evaluate((element) => element.getBoundingClientRect().toJSON());
      const side = await box(page.locator('.sidebar'));
      const [first, second, small] = await Promise.all([0, 1, 2].map((nth) => box(page.locator('.body .table').nth(nth))));
      const text = await box(page.locator('.body > p').first());
      for (const table of [first, second, small]) assert.ok(table.right <= side.left || table.top >= side.bottom, `${width}: they overlap`);
      if (width === 1280) assert.ok(first.right <= side.left, 'the first stands beside the column');
      assert.ok(second.top > side.bottom && second.right >= side.right - 4, `${width}: the second has both columns`);
      assert.ok(text.right <= side.left, `${width}: the text keeps to its measure`);
    });
  }
});

test('a table says that it scrolls where it does, and is in reach of the keyboard', async () => {
  for (const [width, expected] of [[390, [true, true, false]], [1280, [true, false, false]]]) {
    await at(TABLES, { width }, async (page) => {
      const notes = page.locator('.table-more');
      assert.deepEqual(await notes.evaluateAll((all) => all.map((note) => note.checkVisibility())), expected, `at ${width}`);
      assert.equal(await notes.first().textContent(), 'Scroll sideways to see the whole table');
      const table = page.locator('.body .table').first();
      await table.focus();
      await page.keyboard.press('ArrowRight');
      await page.waitForFunction(() => document.querySelector('.body .table').scrollLeft > 0);
    });
  }
  await at('p0/ar/alone/start/index.html', { width: 390 }, async (page) => {
    assert.ok(await page.locator('.table-more').isVisible());
  });
});

test('tables are as large as the text around them', async () => {
  await at(TABLES, { width: 1280 }, async (page) => {
    const size = (selector) => page.locator(selector).first().evaluate((element) => getComputedStyle(element).fontSize);
    assert.equal(await size('.body td'), await size('.body > p'));
  });
});

test('the contents of a manual stay in sight, scroll in themselves and mark where the reader is', async () => {
  await at(MANUAL, { width: 1280 }, async (page) => {
    assert.ok((await page.evaluate(() => document.body.scrollHeight)) > 60_000);
    const nav = page.locator('nav.page-contents');
    await page.evaluate(() => document.querySelectorAll('.body h2')[30].scrollIntoView());
    await page.locator('nav.page-contents [aria-current]').waitFor();
    const current = page.locator('nav.page-contents [aria-current]');
    await page.waitForFunction(() => /^31\./.test(document.querySelector('nav.page-contents [aria-current]')?.textContent));
    const [own, around] = await Promise.all([current, nav].map((part) => part.evaluate((element) => element.getBoundingClientRect().toJSON())));
    assert.ok(own.top >= around.top - 1 && own.bottom <= around.bottom + 1, 'the mark is in sight');
    assert.ok(around.top >= 0 && around.bottom <= 800, 'the contents are');
    assert.equal(await page.locator('.to-contents').isVisible(), false);
  });
});

test('on a telephone a link leads back to the contents of a manual from anywhere', async () => {
  await at(MANUAL, { width: 390, height: 844 }, async (page) => {
    await page.evaluate(() => scrollTo(0, 30_000));
    const link = page.locator('.to-contents');
    const { bottom } = await link.evaluate((element) => element.getBoundingClientRect().toJSON());
    assert.ok(bottom <= 844, 'it is on the screen');
    await link.click();
    await page.waitForFunction(() => scrollY < 1_000);
    const { top } = await page.locator('details.page-contents').evaluate((element) => element.getBoundingClientRect().toJSON());
    assert.ok(top >= 0 && top < 200, `the contents are at ${top}`);
  });
  assert.ok(!site.read(TABLES).includes('class="to-contents"'), 'short texts have none');
});

test('more than four languages unfold, and lead to the same page', async () => {
  for (const width of [320, 1280]) {
    await at('p0/alone/start/index.html', { width }, async (page) => {
      const links = page.locator('.languages a');
      assert.equal(await links.count(), LANGUAGES.length);
      assert.equal(await links.first().isVisible(), false);
      const head = await page.locator('.site-bar').evaluate((element) => element.clientHeight);
      assert.ok(head < 110, `the head has ${head} pixels`);
      await page.locator('.languages summary').focus();
      await page.keyboard.press('Enter');
      assert.ok(await links.last().isVisible());
      assert.ok(await page.evaluate(() => document.scrollingElement.scrollWidth <= innerWidth));
      await page.locator('.languages [hreflang=ar]').click();
      await page.waitForURL(/p0\/ar\/alone\/start/);
    });
  }
});

test('the text begins on the first screen, whatever stands in the head', async () => {
  for (const { line, ...screen } of [{ width: 1280, height: 800, line: 420 }, { width: 390, height: 844, line: 460 }]) {
    for (const path of ['p0/alone/start/index.html', 'p1/alone/start/index.html', 'p0/ar/alone/start/index.html', TABLES]) {
      await at(path, screen, async (page) => {
        const top = await page.locator('.body').evaluate((element) => element.getBoundingClientRect().top);
        assert.ok(top < line, `${path} at ${screen.width}: ${top}`);
      });
    }
  }
});

test('on every screen nothing scrolls sideways, nothing but a table', async () => {
  const paths = [STAGE, PART, TABLES, MANUAL, 'p0/index.html', 'p0/alone/index.html', 'p1/index.html', 'p0/ar/evidence/part.3/index.html', 'p0/de/evidence/index.html', 'index.html'];
  for (const path of paths) {
    await at(path, {}, async (page) => {
      for (const width of [320, 390, 768, 1000, 1280, 2560]) {
        await page.setViewportSize({ width, height: 800 });
        const wide = await page.evaluate(() => document.scrollingElement.scrollWidth);
        assert.ok(wide <= width, `${path} at ${width}: ${wide}`);
      }
    });
  }
});
