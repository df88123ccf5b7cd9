// Readers' own settings, and paper: forced colours, less motion, more contrast, print.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tab } from '../lib/browser.mjs';
import { sharedBrowser, sharedSite } from '../lib/shared.mjs';

const browser = await sharedBrowser();
const { site, server } = await sharedSite('root');

test('with forced colours the place on the route still shows, and every text has a system colour', async () => {
  for (const dark of [false, true]) {
    const { page, context } = await tab(browser, { home: server.url, forcedColors: 'active', dark });
    await page.goto(server.url + site.one('stage').path);
    const { here, others } = await page.evaluate(() => {
      const look = (element) => getComputedStyle(element).backgroundColor;
      const badges = [...document.querySelectorAll('.route a .number')];
      const current = document.querySelector('.route [aria-current] .number');
      return { here: look(current), others: badges.filter((badge) => badge !== current).map(look) };
    });
    assert.ok(others.length > 0 && !others.includes(here));
    const colors = await page.evaluate(() => {
      const probe = document.body.appendChild(document.createElement('p'));
      const allowed = ['CanvasText', 'LinkText', 'VisitedText', 'ButtonText', 'HighlightText', 'GrayText'].map((name) => {
        probe.style.color = name;
        return getComputedStyle(probe).color;
      });
      probe.remove();
      const texts = [...document.querySelectorAll('body *')].filter((element) => element.checkVisibility());
      return texts.map((element) => getComputedStyle(element).color).filter((color) => !allowed.includes(color));
    });
    assert.deepEqual(colors, []);
    await context.close();
  }
});

test('with less motion asked for, nothing moves', async () => {
  const { page, context } = await tab(browser, { home: server.url });
  for (const { path } of site.kinds().filter(isRead)) {
    await page.goto(server.url + path);
    const moving = await page.evaluate(() =>
      [...document.querySelectorAll('*')]
        .filter((element) => {
          const style = getComputedStyle(element);
          const still = style.transitionDuration === '0s' && style.animationName === 'none' && style.scrollBehavior === 'auto';
          // The root always has a name of the browser's own.
          return !still || !['none', 'root'].includes(style.viewTransitionName);
        })
        .map((element) => element.outerHTML.slice(0, 60)),
    );
    assert.deepEqual(moving, [], path);
  }
  await context.close();
});

test('paper gets the text and its address, and no navigation', async () => {
  const { page, context } = await tab(browser, { home: server.url });
  for (const { path, kind } of site.kinds().filter(isRead)) {
    await page.goto(server.url + path);
    await page.emulateMedia({ media: 'print' });
    const shown = await page.evaluate(() => {
      const visible = (selector) => [...document.querySelectorAll(selector)].filter((element) => element.checkVisibility());
      return { navigation: visible('nav, .skip-link, button').map((element) => element.className), title: visible('h1').length, address: visible('.page-address').length };
    });
    assert.deepEqual(shown, { navigation: [], title: 1, address: 1 }, `${kind} ${path}`);
    const unreadable = await page.evaluate(() =>
      [...document.querySelectorAll('body *')]
        .filter((element) => element.checkVisibility() && element.textContent.trim() !== '')
        .filter((element) => Math.min(...getComputedStyle(element).color.match(/[\d.]+/g).slice(0, 3)) > 150)
        .map((element) => element.outerHTML.slice(0, 60)),
    );
    assert.deepEqual(unreadable, [], `${path}: light text on white paper`);
    await page.emulateMedia({ media: null });
    const pdf = await page.pdf({ format: 'A4' });
    assert.equal(pdf.subarray(0, 5).toString(), '%PDF-');
    assert.ok(pdf.length > 5_000, `${path}: ${pdf.length} bytes`);
  }
  await context.close();
});

test('a reader who prefers dark prints on white', async () => {
  const { page, context } = await tab(browser, { home: server.url, dark: true });
  await page.goto(server.url + site.one('page').path);
  await page.emulateMedia({ media: 'print' });
  // By the system, and by what was set on the page of preferences.
  for (const theme of ['', 'dark']) {
    const [back, text] = await page.evaluate((theme) => {
      document.documentElement.dataset.theme = theme;
      return [getComputedStyle(document.body).backgroundColor, getComputedStyle(document.querySelector('.body p')).color];
    }, theme);
    assert.equal(back, 'rgb(255, 255, 255)', theme);
    assert.equal(text, 'rgb(24, 33, 29)', theme);
  }
  await context.close();
});

/** A page that readers read: a redirect is left before it is seen. */
function isRead({ kind }) {
  return kind !== 'redirect';
}
