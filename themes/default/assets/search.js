// The search of a site: fetched when a reader opens it, and fetches nothing but files of the site itself, and of those what the
// words need. docs/search.md describes the files.

/** How many results are shown at a time. */
const STEP = 10;
/** How many questions stand before them. */
const QUESTIONS = 3;
/** What a word is worth, by where it stands: in the text, often in it, in the summary, in a heading, in the title. */
const WORTH = [1, 2, 3, 5, 9];
/** As crates/hub/src/search/fold.rs folds: the two must agree. */
const LONGEST = 40;
const MARKS = /[\u00ad\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u200b-\u200f\u2060\ufeff]/g;
const ALIKE = { ß: 'ss', æ: 'ae', œ: 'oe', þ: 'th', ø: 'o', ł: 'l', đ: 'd', ð: 'd', ı: 'i', ς: 'σ', ة: 'ه', ى: 'ي', ی: 'ي', ک: 'ك' };
const ALIKES = new RegExp(`[${Object.keys(ALIKE).join('')}]`, 'g');
const WORD = /[\p{Alphabetic}\p{N}]+/gu;
const UNSPACED = '\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\u{20000}-\u{3ffff}';
const RUN = new RegExp(`[${UNSPACED}]+|[^${UNSPACED}]+`, 'gu');
const HAS_UNSPACED = new RegExp(`[${UNSPACED}]`, 'u');
const ARTICLE = /^(?:[وفبك]?ال|لل)(?=..)/u;
const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
/** A word as it stands in a text. */
const WRITTEN = /[\p{Alphabetic}\p{N}\p{M}\u00ad\u0640\u200c]+/gu;

const fold = (text) => text.normalize('NFKD').replace(MARKS, '').toLowerCase().replace(ALIKES, (letter) => ALIKE[letter]);
const runs = (text) => (fold(text).match(WORD) ?? []).flatMap((word) => word.match(RUN));

/** What a text is looked up by: words, and of scripts without spaces each two characters in a row. */
export const wordsOf = (text) =>
  runs(text).flatMap((run) => {
    const letters = [...run];
    if (!HAS_UNSPACED.test(run)) return [[...run.replace(ARTICLE, '')].slice(0, LONGEST).join('')];
    return letters.length < 2 ? letters : letters.slice(1).map((letter, at) => letters[at] + letter);
  });

/** Into which list a word belongs. */
const shardOf = (word, shards) => {
  const [first, second] = [...word].map((letter) => letter.codePointAt());
  return Math.floor((((first * 31 + (second ?? 0)) % 64) * shards) / 64);
};

/** Hands out the number and the worth of each page that a list names for a word. */
const pagesOf = function* (entry) {
  for (const [level, numbers] of entry.split(',').entries()) {
    let page = 0, number = 0, shift = 0;
    for (const digit of numbers) {
      const value = DIGITS.indexOf(digit);
      number += (value % 32) * 2 ** shift;
      if (value >= 32) {
        shift += 5;
      } else {
        page += number;
        yield [page, WORTH[level]];
        page += 1;
        number = shift = 0;
      }
    }
  }
};

/** The index of a site, which knows what it has fetched. */
export class Index {
  #kept = new Map();

  constructor(url) {
    this.url = url;
  }

  /** Fetches once; what fails is asked for again the next time. */
  #fetch(url, options) {
    if (!this.#kept.has(url)) {
      const asked = fetch(url, options).then((answer) => (answer.ok ? answer : Promise.reject(new Error(`${url}: ${answer.status}`))));
      this.#kept.set(url, asked.then((answer) => (url.endsWith('.html') ? answer.text() : answer.json())));
      this.#kept.get(url).catch(() => this.#kept.delete(url));
    }
    return this.#kept.get(url);
  }

  #part(name, number) {
    const url = new URL(`${name}-${number}.json`, this.url);
    url.searchParams.set('v', this.about.version);
    return this.#fetch(url.href);
  }

  async begin() {
    this.about = await this.#fetch(this.url, { cache: 'no-cache' });
  }

  async #list(shard) {
    const part = this.about.words === undefined ? await this.#part('words', shard) : this.about;
    return part.words.split(';');
  }

  /** The pages that have a word, or one that begins so: number and worth. Where none has, its ending is left away. */
  async #pages(word) {
    const list = await this.#list(shardOf(word, this.about.shards));
    for (let start = word; ; start = start.slice(0, -1)) {
      const found = new Map();
      for (const entry of list.filter((entry) => entry.startsWith(start))) {
        const at = entry.indexOf(':');
        const nearness = at === word.length && start === word ? 1 : (0.6 * start.length) / Math.max(at, word.length);
        for (const [page, worth] of pagesOf(entry.slice(at + 1))) {
          found.set(page, Math.max(found.get(page) ?? 0, worth * nearness));
        }
      }
      const isShortest = start.length <= 4 || start.length <= word.length - 3 || HAS_UNSPACED.test(word);
      if (found.size || isShortest) return { start, found };
    }
  }

  /** Numbers of the pages that have all words, or as many as any page has; the best first. And how the words begin there. */
  async find(text) {
    const words = [...new Set(wordsOf(text))];
    const all = await Promise.all(words.map((word) => this.#pages(word)));
    const scores = new Map();
    for (const { found } of all) {
      const rareness = Math.log(1 + this.about.count / found.size);
      for (const [page, worth] of found) {
        const [hits, score] = scores.get(page) ?? [0, 0];
        scores.set(page, [hits + 1, score + worth * rareness]);
      }
    }
    const most = Math.max(0, ...[...scores.values()].map(([hits]) => hits));
    const best = [...scores].filter(([, [hits]]) => hits === most);
    best.sort(([a, [, x]], [b, [, y]]) => y - x || a - b);
    return { pages: best.map(([page]) => page), starts: all.map(({ start }) => start) };
  }

  /** The questions that have all words, or words that begin so. */
  questions(text) {
    const words = wordsOf(text);
    const has = (own) => words.every((word) => own.some((other) => other.startsWith(word)));
    return words.length ? (this.about.questions ?? []).filter((question) => has(wordsOf(question.text))) : [];
  }

  isAt(page, stage) {
    return (stage.from <= page && page < stage.to) || stage.also.includes(page);
  }

  async page(number) {
    const { chunk, pages } = this.about;
    if (pages) return pages[number];
    return (await this.#part('pages', Math.floor(number / chunk))).pages[number % chunk];
  }

  /** What there is to read on a page: at hand on small sites, otherwise what the page itself says. */
  async text(page, url) {
    if (page.text !== undefined) return page.text;
    const body = new DOMParser().parseFromString(await this.#fetch(url), 'text/html').querySelector('main .body');
    body?.querySelectorAll('p, li, dt, dd, td, th, caption, figcaption, summary, br, pre, div, h2, h3, h4, h5, h6').forEach((block) => block.append(' '));
    body?.querySelectorAll('sup > a').forEach((mark) => mark.prepend(' '));
    return (body?.textContent ?? '').replace(/\s+/g, ' ').trim();
  }
}

/** Where the words of a search stand in a text: from, to, and which of them it is. */
const marksIn = (text, starts) => {
  const marks = [];
  for (const { 0: written, index } of text.matchAll(WRITTEN)) {
    if (HAS_UNSPACED.test(written)) {
      for (const [which, start] of starts.entries()) {
        const at = written.indexOf(start);
        if (at >= 0) marks.push([index + at, index + at + start.length, which]);
      }
    } else {
      const which = starts.findIndex((start) => wordsOf(written).some((word) => word.startsWith(start)));
      if (which >= 0) marks.push([index, index + written.length, which]);
    }
  }
  return marks.sort(([a], [b]) => a - b);
};

/** The text between two places, its marks as elements. */
const marked = (text, marks, from = 0, to = text.length) => {
  const parts = [];
  let done = from;
  for (const [start, end] of marks) {
    if (start < done || end > to) continue;
    parts.push(text.slice(done, start), make('mark', {}, text.slice(start, end)));
    done = end;
  }
  return [...parts, text.slice(done, to)];
};

/** The part of a text that most of the words stand in; nothing where none does. */
const excerpt = (text, starts) => {
  const marks = marksIn(text, starts);
  if (!marks.length) return undefined;
  const worth = ([start]) => new Set(marks.filter(([from]) => from >= start && from < start + 150).map(([, , which]) => which)).size;
  const best = marks.reduce((best, mark) => (worth(mark) > worth(best) ? mark : best));
  const back = text.lastIndexOf(' ', Math.max(0, best[0] - 50));
  const from = best[0] <= 60 ? 0 : back > 0 && best[0] - back < 80 ? back + 1 : best[0];
  const ahead = text.indexOf(' ', from + 190);
  const to = ahead < 0 || ahead > from + 230 ? Math.min(text.length, from + 210) : ahead;
  return [from > 0 ? '… ' : '', ...marked(text, marks, from, to), to < text.length ? ' …' : ''];
};

const make = (name, attributes, ...children) => {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
};

/** The dialog, made when it is first opened. */
class Dialog {
  #asked = 0;
  #shown = STEP;

  constructor(index, site, label) {
    this.index = index;
    this.site = site;
    this.input = make('input', { type: 'search', id: '_words', autocomplete: 'off', autocapitalize: 'none', spellcheck: 'false', enterkeyhint: 'search' });
    this.close = make('button', { type: 'button', class: 'close' }, '×');
    this.label = make('label', { for: '_words' }, label);
    this.stages = make('fieldset', { hidden: '' });
    this.status = make('p', { role: 'status' });
    this.list = make('ol', { class: 'result-list' });
    this.more = make('button', { type: 'button', class: 'more', hidden: '' });
    const field = make('div', { class: 'field' }, this.input, this.close);
    const form = make('form', { role: 'search' }, this.label, field, this.stages);
    this.element = make('dialog', { class: 'search', 'aria-label': label }, form, make('div', { class: 'results' }, this.status, this.list, this.more));
    form.addEventListener('submit', (event) => event.preventDefault());
    this.input.addEventListener('input', () => this.#renew());
    this.stages.addEventListener('change', () => this.#renew());
    this.close.addEventListener('click', () => this.element.close());
    this.more.addEventListener('click', () => this.#showMore());
    this.element.addEventListener('click', (event) => event.target === this.element && this.element.close());
    this.element.addEventListener('keydown', (event) => this.#key(event));
    // Where nothing had the focus before, the field would keep it, out of sight.
    this.element.addEventListener('close', () => this.input.blur());
    document.body.append(this.element);
  }

  /** With `words`, looks those up. */
  async open(failed, words) {
    if (!this.element.open) this.element.showModal();
    if (words) this.input.value = words;
    this.input.focus();
    this.input.select();
    if (words) this.#renew();
    if (this.index.about) return;
    try {
      await this.index.begin();
    } catch {
      this.status.textContent = failed;
      return;
    }
    this.#name();
    this.#renew();
  }

  #say(key, number) {
    const { strings, lang } = this.index.about;
    const phrase = strings[key] ?? '';
    if (typeof phrase === 'string') return phrase;
    const form = new Intl.PluralRules(phrase.lang).select(number);
    return (phrase.forms[form] ?? phrase.forms.other).replace('{n}', number.toLocaleString(lang));
  }

  /** Everything that the dialog says, in the words of the site. */
  #name() {
    const { stages } = this.index.about;
    this.label.textContent = this.#say('search_label');
    this.close.setAttribute('aria-label', this.#say('search_close'));
    this.more.textContent = this.#say('search_more');
    const choice = (value, label, checked) => {
      const input = make('input', { type: 'radio', name: 'stage', value });
      input.checked = checked;
      return make('label', {}, input, make('span', {}, label, make('span', { class: 'count' })));
    };
    const each = stages.map((stage, at) => choice(String(at), stage.label, false));
    this.stages.replaceChildren(make('legend', {}, this.#say('search_stage')), choice('', this.#say('search_all'), true), ...each);
    this.stages.hidden = stages.length < 2;
  }

  #renew() {
    this.#shown = STEP;
    return this.#show();
  }

  /** Looks up what is typed. An answer that comes after a later question is not shown. */
  async #show() {
    const asked = ++this.#asked;
    if (!this.index.about) return;
    try {
      const { pages, starts } = await this.index.find(this.input.value);
      const { stages } = this.index.about;
      const at = this.stages.querySelector(':checked')?.value;
      const chosen = at ? pages.filter((page) => this.index.isAt(page, stages[at])) : pages;
      const shown = await Promise.all(chosen.slice(0, this.#shown).map((page) => this.#result(page, starts)));
      const questions = at ? [] : this.index.questions(this.input.value).slice(0, QUESTIONS);
      if (asked !== this.#asked) return;
      this.#count(pages, starts.length > 0);
      this.status.textContent = !starts.length ? this.#say('search_hint') : chosen.length ? this.#say('search_count', chosen.length) : questions.length ? '' : this.#say('search_none');
      this.list.replaceChildren(...questions.map((question) => this.#question(question, starts)), ...shown);
      this.more.hidden = chosen.length <= this.#shown;
    } catch {
      if (asked === this.#asked) this.status.textContent = this.#say('search_failed');
    }
  }

  #count(pages, isAsked) {
    const { stages } = this.index.about;
    const [all, ...each] = this.stages.querySelectorAll('.count');
    if (!all) return;
    all.textContent = isAsked ? ` ${pages.length}` : '';
    each.forEach((count, at) => {
      count.textContent = isAsked ? ` ${pages.filter((page) => this.index.isAt(page, stages[at])).length}` : '';
    });
  }

  /** A question of the persona, which leads to the page that answers it first. */
  #question({ text, path }, starts) {
    const link = make('a', { href: new URL(path, this.site).href }, ...marked(text, marksIn(text, starts)));
    link.addEventListener('click', () => this.element.close());
    return make('li', { class: 'question' }, link, make('p', { class: 'where' }, this.#say('search_question')));
  }

  async #result(number, starts) {
    const page = await this.index.page(number);
    const { stages } = this.index.about;
    const url = new URL(page.path, this.site).href;
    const stage = stages.find(({ from, to }) => from <= number && number < to) ?? stages.find((stage) => this.index.isAt(number, stage));
    const facts = make('p', { class: 'where' }, stage?.label ?? '');
    for (const [key, value] of [['state', page.state], ['kind', page.kind]]) {
      if (value && value !== 'info') facts.append(' ', make('span', { class: `badge ${value}` }, this.#say(`${key}_${value}`)));
    }
    const inSummary = marksIn(page.summary, starts);
    const says = make('p', { class: 'excerpt' }, ...marked(page.summary, inSummary));
    const show = (text) => {
      const part = excerpt(text, starts);
      if (part) says.replaceChildren(...part);
    };
    // A summary that has all the words says more than a part of the text. What is not at hand may come later.
    const isSaid = new Set(inSummary.map(([, , which]) => which)).size === starts.length;
    if (!isSaid && page.text !== undefined) show(page.text);
    else if (!isSaid) this.index.text(page, url).then(show, () => {});
    const lang = page.lang && { lang: page.lang.code, dir: page.lang.dir };
    const link = make('a', { href: url, ...lang }, ...marked(page.title, marksIn(page.title, starts)));
    if (lang) {
      facts.append(' ', make('span', { class: 'badge', ...lang }, page.lang.name));
      for (const [key, value] of Object.entries(lang)) says.setAttribute(key, value);
    }
    // The page that is open already is only scrolled to.
    link.addEventListener('click', () => this.element.close());
    return make('li', {}, link, facts, says);
  }

  async #showMore() {
    const next = this.#shown;
    this.#shown += STEP;
    await this.#show();
    this.list.querySelectorAll('li:not(.question) a')[next]?.focus();
  }

  /** Up and down between what is typed and what was found; Enter opens the first. */
  #key(event) {
    const links = [...this.list.querySelectorAll('a')];
    const at = links.indexOf(document.activeElement);
    const isTyping = document.activeElement === this.input;
    if (event.key === 'Enter' && isTyping) links[0]?.click();
    else if (event.key === 'ArrowDown' && (isTyping || at >= 0)) links[Math.min(at + 1, links.length - 1)]?.focus();
    else if (event.key === 'ArrowUp' && at >= 0) (links[at - 1] ?? this.input).focus();
    else return;
    event.preventDefault();
  }
}

let dialog;

/** Opens the search that a button stands for. */
export const open = async (button) => {
  const { site, index, style, failed, words } = button.dataset;
  delete button.dataset.words;
  const base = new URL(site, document.baseURI);
  if (!dialog) {
    const sheet = make('link', { rel: 'stylesheet', href: new URL(style, document.baseURI) });
    const loaded = new Promise((resolve, reject) => Object.assign(sheet, { onload: resolve, onerror: reject }));
    document.head.append(sheet);
    await loaded;
    dialog ??= new Dialog(new Index(new URL(index, base).href), base, button.textContent.replace('/', '').trim());
  }
  await dialog.open(failed, words);
};
