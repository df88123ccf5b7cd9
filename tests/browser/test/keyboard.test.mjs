// The whole journey with the Tab and Enter keys alone, with scripts and without.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tab } from '../lib/browser.mjs';
import { sharedBrowser, sharedSite } from '../lib/shared.mjs';

/** How often a reader would press the Tab key on one page. */
const PATIENCE = 200;
/** Everything the Tab key stops at. */
const STOPS = 'a[href], summary, [tabindex="0"]';

/** A page that leads on by itself is none to stay on. */
const isRead = ({ kind }) => kind !== 'redirect';

const browser = await sharedBrowser();
const { site, server } = await sharedSite('root');

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? 'with scripts' : 'without scripts';

  test(`from the chooser to the end of ${javaScriptEnabled ? 'a' : 'every'} route, ${how}`, async () => {
    const { page, context, complaints } = await tab(browser, { home: server.url, javaScriptEnabled });
    const personas = [...new Set(site.pages.map((page) => page.persona).filter(Boolean))];
    for (const persona of javaScriptEnabled ? personas.slice(0, 1) : personas) {
      await page.goto(server.url);
      await enter(page, `.choices a[href^="${persona}/"]`);
      await walk(page, persona);
    }
    assert.deepEqual(complaints, []);
    await context.close();
  });

  test(`stage by stage, and back, ${how}`, async () => {
    const { page, context } = await tab(browser, { home: server.url, javaScriptEnabled });
    const home = site.pages.find((page) => page.kind === 'home' && page.persona === 'neurologen');
    await page.goto(server.url + home.path);
    await enter(page, '.journey h2 a');
    const stages = [await stageNumber(page)];
    while ((await page.locator('.pager [rel=next]').count()) > 0) {
      await enter(page, '.pager [rel=next]');
      stages.push(await stageNumber(page));
    }
    assert.deepEqual(stages, [...stages].sort(), 'stages come in order');
    assert.ok(stages.length > 1);
    while ((await page.locator('.pager [rel=prev]').count()) > 0) await enter(page, '.pager [rel=prev]');
    assert.equal(await stageNumber(page), stages[0]);
    await enter(page, '.breadcrumbs a');
    assert.equal(path(page), home.path);
    await context.close();
  });

  test(`the skip link comes first and leads past the navigation, ${how}`, async () => {
    const { page, context } = await tab(browser, { home: server.url, javaScriptEnabled });
    for (const { path } of site.kinds().filter(isRead)) {
      await page.goto(server.url + path);
      await page.keyboard.press('Tab');
      assert.equal(await focused(page, (element) => element.className), 'skip-link', path);
      assert.ok(await focused(page, seen), `${path}: the skip link shows`);
      await page.keyboard.press('Enter');
      await page.keyboard.press('Tab');
      assert.ok(await focused(page, (element) => element.closest('main') !== null), path);
    }
    await context.close();
  });
}

for (const [width, dark, forcedColors] of [[1280, false, 'none'], [320, true, 'none'], [1280, false, 'active']]) {
  test(`whatever has the focus shows it, at ${width} px, ${dark ? 'dark' : 'light'}, forced colours ${forcedColors}`, async () => {
    const { page, context } = await tab(browser, { home: server.url, width, dark, forcedColors });
    const wrong = [];
    for (const { path } of site.kinds().filter(isRead)) {
      await page.goto(server.url + path);
      const stops = await page.locator(STOPS).filter({ visible: true }).count();
      for (let stop = 0; stop < stops; stop += 1) {
        await page.keyboard.press('Tab');
        const { name, ring, shown } = await focused(page, focusRing);
        if (!shown) wrong.push(`${path}: ${name}: out of sight`);
        if (ring < 3) wrong.push(`${path}: ${name}: the ring has contrast ${ring.toFixed(1)}`);
      }
    }
    assert.deepEqual(wrong, []);
    await context.close();
  });
}

/** From a persona's home, by next links alone, past every page of the site. */
async function walk(page, persona) {
  const own = site.pages.filter((page) => page.kind === 'page' && page.persona === persona && page.lang === site.languages[0]);
  const left = new Set(own.map((page) => page.path));
  await enter(page, '.journey h2 a');
  await enter(page, '.cards a');
  // The stage lists its pages by question, in another order than the route.
  while ((await page.locator('.pager [rel=prev]').count()) > 0) await enter(page, '.pager [rel=prev]');
  let stage = await stageNumber(page);
  for (;;) {
    assert.ok(left.delete(path(page)), `${path(page)} is a page of ${persona}, met once`);
    assert.equal(await page.locator('h1').count(), 1);
    if ((await page.locator('.pager [rel=next]').count()) === 0) break;
    await enter(page, '.pager [rel=next]');
    const next = await stageNumber(page);
    assert.ok(next >= stage, `${path(page)}: the route does not turn back`);
    stage = next;
  }
  assert.deepEqual([...left], [], 'pages beside the route');
  const last = await page.locator('.route li:has(a) .number').last().textContent();
  assert.equal(stage, Number(last), 'the route ends in the last stage that has pages');
  // There the hub's stages invite to a mail, which a browser of tests does not write.
  assert.match(await page.locator('.pager .next').getAttribute('href'), /^mailto:/);
  await enter(page, '.brand a');
  assert.equal(path(page), `${persona}/index.html`);
}

/** Tabs to the first of the elements, and presses Enter. */
async function enter(page, selector) {
  const target = page.locator(selector).first();
  // Most of the way without looking.
  let presses = await target.evaluate(stopsBefore, STOPS);
  for (let press = 0; press < presses; press += 1) await page.keyboard.press('Tab');
  while (!(await target.evaluate((element) => element === document.activeElement))) {
    await page.keyboard.press('Tab');
    presses += 1;
    assert.ok(presses < PATIENCE, `${path(page)}: the Tab key never reaches ${selector}`);
  }
  const before = page.url();
  await page.keyboard.press('Enter');
  await page.waitForURL((url) => url.href !== before);
}

/** In the page: how many stops of the Tab key come before the element. */
function stopsBefore(element, stops) {
  return [...document.querySelectorAll(stops)].filter((stop) => stop.checkVisibility()).indexOf(element);
}

function path(page) {
  return page.url().slice(server.url.length);
}

async function stageNumber(page) {
  return Number(await page.locator('.route [aria-current=step] .number').textContent());
}

function focused(page, question) {
  return page.evaluateHandle(() => document.activeElement).then((element) => element.evaluate(question));
}

/** In the page: whether the middle of the element is in the window, with nothing over it. */
function seen(element) {
  const box = element.getClientRects()[0];
  const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
  return top !== null && (element.contains(top) || top.contains(element));
}

/** In the page: what a reader sees of the focus: the best contrast of its outline or its halo with what lies behind. */
function focusRing(element) {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const rgb = (color) => {
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    return canvas.getImageData(0, 0, 1, 1).data;
  };
  const luminance = (color) => {
    const [r, g, b] = [...rgb(color)].map((value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (a, b) => {
    const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x);
    return (light + 0.05) / (dark + 0.05);
  };
  let behind = element.parentElement;
  while (behind && /, 0\)$|^transparent$/.test(getComputedStyle(behind).backgroundColor)) behind = behind.parentElement;
  const back = behind ? getComputedStyle(behind).backgroundColor : 'Canvas';
  const style = getComputedStyle(element);
  const drawn = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  const box = element.getClientRects()[0];
  const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
  return {
    name: element.textContent.trim().slice(0, 40),
    ring: drawn ? contrast(style.outlineColor, back) : 0,
    shown: top !== null && (element.contains(top) || top.contains(element)),
  };
}
