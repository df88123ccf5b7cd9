// What a writer is told about the page, at its foot: findings, whose site it is, and the way to the desk. In a shadow tree of its
// own, so that neither the theme's styles nor these meet the other's. All text comes in as text.

const STYLE = `
:host { all: initial !important; position: fixed !important; z-index: 2147483647 !important; inset: auto 8px 8px auto !important;
  display: block !important; max-width: calc(100vw - 16px) !important; color-scheme: light dark;
  --paper: light-dark(#fdfdfb, #121715); --ink: light-dark(#18211d, #e7ede9); --soft: light-dark(#4d5b54, #a9b7b0);
  --line: light-dark(#d9dedb, #35423d); --rule: light-dark(#75847c, #7f9188); --accent: light-dark(#0b5a49, #86d5bd);
  --alarm: light-dark(#9b2226, #ff9f98); --care: light-dark(#7a4a00, #f2c069); --info: light-dark(#1d4f86, #9cc7f5);
  --note: light-dark(#fff3d1, #4a3a10);
  font: 14px/1.45 -apple-system, BlinkMacSystemFont, "Segoe UI", Roboto, "Noto Sans", Ubuntu, "Liberation Sans", Arial, sans-serif !important; color: var(--ink) !important; }
@media print { :host { display: none !important; } }
* { box-sizing: border-box; }
.bar, .panel { background: var(--paper); border: 1px solid var(--rule); border-radius: 8px; box-shadow: 0 2px 12px rgb(0 0 0 / .25); }
.bar { display: flex; gap: 2px; padding: 3px; justify-content: end; width: fit-content; max-width: 100%; margin-left: auto; }
.bar > * { flex: none; } .bar > [role="status"] { flex: initial; min-width: 0; display: flex; }
.panel { width: min(46em, calc(100vw - 16px)); max-height: min(60vh, 32em); overflow: auto; margin: 0 0 6px auto; padding: 10px 14px; }
.panel[hidden], .bar[hidden] { display: none; }
button, a.tool { font: inherit; color: inherit; background: none; border: 1px solid transparent; border-radius: 6px; padding: 4px 9px;
  min-height: 30px; cursor: pointer; text-decoration: none; max-width: 15em; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
button:hover, a.tool:hover, button[aria-expanded="true"], button[aria-pressed] { border-color: var(--rule); }
button[aria-pressed="true"]::before { content: '✓ '; }
ol { margin: 6px 0 0; padding: 0 0 0 2em; } ol > li { padding: 1px 0; } ol button { max-width: 100%; }
:focus-visible { outline: 3px solid var(--ink); outline-offset: 1px; }
h2 { font-size: 15px; margin: 0 0 6px; display: flex; gap: 12px; justify-content: space-between; align-items: center; }
h3 { font-size: 14px; margin: 10px 0 4px; }
p { margin: 4px 0; overflow-wrap: anywhere; }
ul { margin: 0; padding: 0; list-style: none; }
li { margin: 0; padding: 6px 0; overflow-wrap: anywhere; }
.findings > li { border-top: 1px solid var(--line); }
a { color: var(--accent); }
a[aria-current] { font-weight: bold; text-decoration: none; color: inherit; }
.soft, .code { color: var(--soft); }
.error { color: var(--alarm); font-weight: bold; } .warning { color: var(--care); font-weight: bold; } .info { color: var(--info); font-weight: bold; }
.mark { background: var(--note); border-radius: 6px; padding: 4px 9px; min-height: 30px; }
pre { margin: 4px 0; padding: 4px 8px; border-left: 3px solid var(--line); overflow: auto; font: 13px/1.4 ui-monospace, monospace; white-space: pre-wrap; }
`;

const TITLES = { personas: 'The same page for', languages: 'The same page in', parts: 'Not for every reader' };
const HIDDEN = 'etappe:hidden';
const DISMISSED = 'etappe:dismissed';

function make(name, properties = {}, ...inside) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value);
  }
  element.append(...inside.filter((part) => part !== null && part !== undefined));
  return element;
}

function count(number, word) {
  return `${number} ${word}${number === 1 ? '' : 's'}`;
}

/** `2 errors, 1 warning`; empty when there is nothing. */
function sum({ errors, warnings, infos }) {
  const parts = [[errors, 'error'], [warnings, 'warning'], [infos, 'note']].filter(([number]) => number > 0);
  return parts.map(([number, word]) => count(number, word)).join(', ');
}

export class Bar {
  #here;
  #root;
  #about = null;
  #open = null;
  #marks;
  #size;
  #narrow = matchMedia('(width < 44em)');

  constructor(here, marks) {
    this.#here = here;
    this.#marks = marks;
    const host = document.createElement('etappe-bar');
    this.#root = host.attachShadow({ mode: 'open' });
    const style = new CSSStyleSheet();
    style.replaceSync(STYLE);
    this.#root.adoptedStyleSheets = [style];
    this.#root.addEventListener('keydown', (event) => this.#key(event));
    document.documentElement.append(host);
    this.#narrow.addEventListener('change', () => this.#about && this.#draw());
    // The page ends above the bar, whatever is open on it.
    const ends = () => document.documentElement.style.setProperty('padding-block-end', `${(this.#root.querySelector('.bar')?.offsetHeight ?? 0) + 16}px`);
    this.#size = new ResizeObserver(ends);
  }

  /** Asks what there is to say, and says it. */
  async refresh() {
    const answer = await fetch(`/_etappe/about?path=${encodeURIComponent(this.#here)}`);
    const text = await answer.text();
    if (this.#about?.text === text) return;
    this.#about = { ...JSON.parse(text), text };
    const { own, causes, blockers } = this.#about;
    const errors = [...causes, ...own, ...blockers].filter((finding) => finding.severity === 'error');
    const name = errors.map((finding) => `${finding.code} ${finding.file}:${finding.line} ${finding.message}`).join('\n');
    if (errors.length > 0 && sessionStorage.getItem(DISMISSED) !== name) this.#open = 'findings';
    else if (this.#open === 'findings' && own.length + causes.length + blockers.length === 0) this.#open = null;
    this.#about.name = name;
    this.#marks.show(this.#about.parts);
    this.#draw();
  }

  #draw() {
    const focused = this.#root.activeElement?.id;
    if (sessionStorage.getItem(HIDDEN)) {
      this.#root.replaceChildren(this.#shown());
    } else {
      this.#root.replaceChildren(...[this.#panel(), this.#bar()].filter(Boolean));
    }
    this.#size.disconnect();
    this.#size.observe(this.#root.querySelector('.bar'));
    if (focused) this.#root.getElementById(focused)?.focus();
  }

  #shown() {
    const show = () => {
      sessionStorage.removeItem(HIDDEN);
      this.#draw();
      this.#root.getElementById('hide')?.focus();
    };
    return make('div', { class: 'bar', role: 'region', 'aria-label': 'Preview' }, make('button', { id: 'show', onclick: show }, 'Show preview bar'));
  }

  #bar() {
    const { own, causes, blockers, page, personas, languages, parts, behind } = this.#about;
    const all = [...causes, ...own, ...blockers];
    const worst = ['error', 'warning', 'info'].find((severity) => all.some((finding) => finding.severity === severity));
    const blocks = all.some((finding) => finding.severity === 'error');
    const label = (blocks ? 'Build blocked: ' : '') + (all.length > 0 ? count(all.reduce((sum, { count }) => sum + count, 0), 'finding') : 'No findings');
    const current = (choices) => choices.find((choice) => choice.current)?.label;
    const hide = () => {
      sessionStorage.setItem(HIDDEN, 'true');
      this.#draw();
      this.#root.getElementById('show')?.focus();
    };
    const each = [
      this.#state(),
      personas.length > 0 ? this.#button('personas', current(personas) ?? 'Personas') : null,
      languages.length > 1 ? this.#button('languages', current(languages) ?? 'Languages') : null,
      parts.length > 0 ? this.#button('parts', count(parts.length, 'part') + ' for some') : null,
      this.#edit(),
    ];
    return make(
      'div',
      { class: 'bar', role: 'region', 'aria-label': 'Preview' },
      behind ? make('span', { class: 'mark' }, 'earlier state') : null,
      make('span', { role: 'status' }, this.#button('findings', label, worst)),
      ...(this.#narrow.matches ? [page || personas.length > 0 ? this.#button('page', 'Page') : null] : each),
      make('a', { class: 'tool', id: 'desk', href: '/_etappe/' }, 'Desk'),
      make('button', { id: 'hide', onclick: hide, 'aria-label': 'Hide preview bar' }, '×'),
    );
  }

  /** When the page is on its site, where that is not always. */
  #state() {
    const { page } = this.#about;
    return page?.state ? make('span', { class: 'mark' }, page.day ? `${page.state} ${page.day}` : page.state) : null;
  }

  #edit() {
    const { page } = this.#about;
    return page ? make('a', { class: 'tool', id: 'edit', href: page.editor, title: page.file }, 'Edit') : null;
  }

  #button(name, label, look) {
    const toggle = () => {
      if (this.#open === name) this.#close();
      else {
        this.#open = name;
        this.#draw();
      }
    };
    return make('button', { id: name, class: look, 'aria-expanded': String(this.#open === name), 'aria-controls': 'panel', onclick: toggle }, label);
  }

  #close() {
    const closed = this.#open;
    if (closed === 'findings') sessionStorage.setItem(DISMISSED, this.#about.name);
    this.#open = null;
    this.#draw();
    this.#root.getElementById(closed)?.focus();
  }

  #key(event) {
    if (event.key !== 'Escape' || !this.#open) return;
    event.stopPropagation();
    this.#close();
  }

  #panel() {
    if (!this.#open) return null;
    const titles = { ...TITLES, findings: 'Findings', page: 'This page' };
    const close = make('button', { id: 'close', onclick: () => this.#close() }, 'Close');
    const own = { findings: () => this.#findings(), parts: () => this.#parts(), page: () => this.#whole() };
    const inside = own[this.#open]?.() ?? [this.#choices(this.#about[this.#open])];
    return make(
      'div',
      { class: 'panel', id: 'panel', role: 'region', 'aria-label': titles[this.#open], tabindex: '0' },
      make('h2', {}, titles[this.#open], close),
      ...inside,
    );
  }

  /** On a narrow screen, all that stands in the bar on others. */
  #whole() {
    const { personas, languages, parts } = this.#about;
    const section = (name, ...inside) => [make('h3', {}, TITLES[name]), ...inside];
    return [
      make('p', {}, ...[this.#state(), this.#edit()].filter(Boolean)),
      ...(personas.length > 0 ? section('personas', this.#choices(personas)) : []),
      ...(languages.length > 1 ? section('languages', this.#choices(languages)) : []),
      ...(parts.length > 0 ? section('parts', ...this.#parts()) : []),
    ];
  }

  #choices(choices) {
    const link = ({ label, href, current, same }) =>
      make('li', {}, make('a', { href, 'aria-current': current ? 'true' : null }, label), same ? null : make('span', { class: 'soft' }, ' (home: this page is not there)'));
    return make('ul', {}, ...choices.map(link));
  }

  /** For whom the parts of the page are, and the switch of their marks. */
  #parts() {
    const toggle = () => {
      this.#marks.on = !this.#marks.on;
      this.#draw();
    };
    const part = (name, n) => make('li', {}, make('button', { id: `part-${n}`, onclick: () => this.#marks.go(n) }, name));
    return [
      make('button', { id: 'marks', 'aria-pressed': String(this.#marks.on), onclick: toggle }, 'Mark them in the page'),
      make('ol', {}, ...this.#about.parts.map(part)),
    ];
  }

  #findings() {
    const { own, causes, blockers, elsewhere, behind } = this.#about;
    const parts = [];
    if (causes.length > 0) {
      parts.push(make('p', {}, behind ? 'You see the last state that could be shown, because of this:' : 'You see how this page was before, because of this:'));
      parts.push(make('ul', { class: 'findings' }, ...causes.map(finding)));
    }
    if (own.length > 0) parts.push(make('ul', { class: 'findings' }, ...own.map(finding)));
    else if (causes.length === 0) parts.push(make('p', {}, 'Nothing is wrong with this page.'));
    if (blockers.length > 0) {
      parts.push(make('p', {}, 'Nothing can be built now, because of this in other files:'));
      parts.push(make('ul', { class: 'findings' }, ...blockers.map(finding)));
    }
    const others = sum(elsewhere);
    if (others) parts.push(make('p', {}, make('a', { href: '/_etappe/findings' }, `Elsewhere in the hub: ${others}`)));
    return parts;
  }
}

function finding({ severity, code, message, file, line, column, label, help, count: times, elsewhere, excerpt, editor }) {
  const place = file && (line ? `${file}:${line}:${column}` : file);
  return make(
    'li',
    {},
    make('span', { class: severity }, severity === 'info' ? 'note' : severity),
    ' ',
    make('span', {}, times > 1 ? `${message} (${times} times)` : message),
    ' ',
    make('a', { class: 'code', href: `/_etappe/explain?code=${code}` }, code),
    place ? make('p', {}, make('a', { href: editor }, place), label ? `: ${label}` : '') : null,
    excerpt ? make('pre', {}, excerpt) : null,
    elsewhere.length > 0 ? make('p', {}, make('span', { class: 'soft' }, 'The same at: '), elsewhere.join(', '), times > elsewhere.length + 1 ? ', …' : '') : null,
    ...help.map((text) => make('p', {}, make('span', { class: 'soft' }, 'Help: '), text)),
  );
}
