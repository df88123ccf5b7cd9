// The first screen of one page of each kind, side by side: five widths in light, dark, forced colours and print, one sheet a hub
// and mode: `npm run sheets [-- FOLDER [HUB…]]`.
import { mkdtempSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { launch, tab } from './lib/browser.mjs';
import { serve } from './lib/server.mjs';
import { buildSite } from './lib/sites.mjs';

const WIDTHS = [320, 390, 768, 1280, 2560];
const HEIGHT = 900;
const MODES = {
  light: {},
  dark: { dark: true },
  forced: { forcedColors: 'active' },
  print: { media: 'print' },
};

const [folder = mkdtempSync(join(tmpdir(), 'etappe-sheets-')), ...names] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const browser = await launch();
try {
  const table = await (await browser.newContext()).newPage();
  for (const name of names.length > 0 ? names : ['root', 'arabic', 'many']) {
    const site = buildSite(name);
    const server = await serve(site.dir);
    const pages = site.kinds().filter(({ kind }) => kind !== 'redirect');
    for (const [mode, options] of Object.entries(MODES)) {
      const columns = [];
      for (const width of WIDTHS) columns.push(await photograph(server.url, pages, { width, ...options }));
      await keep(table, columns, join(resolve(folder), `${name}-${mode}.webp`));
    }
    await server.close();
  }
} finally {
  await browser.close();
}
console.log(`Sheets are in ${resolve(folder)}`);

/** The first screen of each page, as data addresses. */
async function photograph(home, pages, { media, ...device }) {
  const { page, context } = await tab(browser, { home, height: HEIGHT, ...device });
  await page.emulateMedia({ media });
  const pictures = [];
  for (const { path } of pages) {
    await page.goto(home + path);
    pictures.push(`data:image/png;base64,${(await page.screenshot()).toString('base64')}`);
  }
  await context.close();
  return pictures;
}

/** Draws columns of pictures side by side at a third of their size, and writes them as WebP. */
async function keep(table, columns, file) {
  const data = await table.evaluate(async (columns) => {
    const load = async (src) => {
      const image = Object.assign(new Image(), { src });
      await image.decode();
      return image;
    };
    const [scale, gap] = [1 / 3, 6];
    const all = await Promise.all(columns.map((column) => Promise.all(column.map(load))));
    const place = (sizes) => sizes.reduce((places, size) => [...places, places.at(-1) + size * scale + gap], [gap]);
    const [lefts, tops] = [place(all.map(([image]) => image.width)), place(all[0].map((image) => image.height))];
    const canvas = Object.assign(document.createElement('canvas'), { width: lefts.at(-1), height: tops.at(-1) });
    const drawn = canvas.getContext('2d');
    drawn.fillStyle = '#777';
    drawn.fillRect(0, 0, canvas.width, canvas.height);
    all.forEach((column, x) => column.forEach((image, y) => drawn.drawImage(image, lefts[x], tops[y], image.width * scale, image.height * scale)));
    return canvas.toDataURL('image/webp', 0.6);
  }, columns);
  writeFileSync(file, Buffer.from(data.slice(data.indexOf(',') + 1), 'base64'));
}
