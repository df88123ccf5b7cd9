// Where a page says something to some readers only: a coloured bar and the words for whom, drawn over the page, so that neither the
// theme's layout nor its styles change. Comments that only previews have say where each part begins and ends. Screen readers have the
// same words in the bar's list.

const COLOURS = ['#0969da,#79b8ff', '#8250df,#d2a8ff', '#bf3989,#ff9bce', '#9a6700,#e3b341', '#1a7f37,#56d364', '#bc4c00,#ffa657'];

const STYLE = `
:host { all: initial !important; position: absolute !important; inset: 0 auto auto 0 !important; z-index: 2147483646 !important;
  display: block !important; pointer-events: none !important; color-scheme: light dark; font: 12px/16px -apple-system, BlinkMacSystemFont, "Segoe UI", Roboto, "Noto Sans", Ubuntu, "Liberation Sans", Arial, sans-serif !important; }
@media print { :host { display: none !important; } }
i, b { position: absolute; }
i { background: var(--colour); border-radius: 2px; }
b { font-weight: 600; white-space: nowrap; max-width: 60vw; overflow: hidden; text-overflow: ellipsis; padding: 0 5px; border-radius: 4px;
  border: 1px solid var(--colour); background: light-dark(#fff, #16191d); color: light-dark(#1b1f24, #eceff2); }
${COLOURS.map((pair, n) => `.c${n} { --colour: light-dark(${pair}); }`).join('\n')}
`;

const OFF = 'etappe:unmarked';
/** Of the bar and of the line below words, and the room between the bar and the text. */
const [WIDE, LINE, ROOM, HIGH] = [4, 3, 10, 18];

export class Marks {
  #root;
  #parts = [];
  #names = [];

  constructor() {
    const host = document.createElement('etappe-marks');
    host.setAttribute('aria-hidden', 'true');
    this.#root = host.attachShadow({ mode: 'open' });
    const style = new CSSStyleSheet();
    style.replaceSync(STYLE);
    this.#root.adoptedStyleSheets = [style];
    this.#parts = find();
    if (this.#parts.length === 0) return;
    document.documentElement.append(host);
    new ResizeObserver(() => this.#draw()).observe(document.body);
    document.addEventListener('toggle', () => this.#draw(), true);
    addEventListener('load', () => this.#draw());
  }

  /** Whether the page has any. */
  get any() {
    return this.#parts.length > 0;
  }

  get on() {
    return !sessionStorage.getItem(OFF);
  }

  set on(wanted) {
    if (wanted) sessionStorage.removeItem(OFF);
    else sessionStorage.setItem(OFF, 'true');
    this.#draw();
  }

  /** Takes for whom each part is, in the order of the page. */
  show(names) {
    this.#names = names;
    this.#draw();
  }

  /** Brings a part into view. */
  go(number) {
    const part = this.#parts[number];
    for (let around = part?.startContainer; around; around = around.parentElement) {
      if (around.localName === 'details') around.open = true;
    }
    const box = part?.getBoundingClientRect();
    if (box) scrollBy({ top: box.top - innerHeight / 3, behavior: 'instant' });
  }

  #draw() {
    this.#root.replaceChildren();
    if (!this.on || this.#names.length !== this.#parts.length) return;
    const origin = this.#root.host.getBoundingClientRect();
    const kinds = [...new Set(this.#names)];
    const taken = [];
    this.#parts.forEach((part, n) => {
      const boxes = isBlock(part) ? [beside(part)] : [...part.getClientRects()].map(below);
      const shown = boxes.filter((box) => box.width > 0 && box.height > 0);
      if (shown.length === 0) return;
      const look = `c${kinds.indexOf(this.#names[n]) % COLOURS.length}`;
      for (const box of shown) this.#place(document.createElement('i'), look, box, origin);
      const name = document.createElement('b');
      name.textContent = this.#names[n];
      const top = part.getClientRects()[0] ?? part.getBoundingClientRect();
      this.#place(name, look, { left: shown[0].left, top: top.top - HIGH }, origin);
      this.#apart(name, taken);
    });
  }

  #place(element, look, { left, top, width, height }, origin) {
    element.className = look;
    element.style.left = `${left - origin.left}px`;
    element.style.top = `${top - origin.top}px`;
    if (width) element.style.width = `${width}px`;
    if (height) element.style.height = `${height}px`;
    this.#root.append(element);
  }

  /** Names that would cover each other stand one above the other. */
  #apart(name, taken) {
    const meets = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
    for (let tries = 0; tries < 20 && taken.some((box) => meets(box, name.getBoundingClientRect())); tries += 1) {
      name.style.top = `${parseFloat(name.style.top) - HIGH}px`;
    }
    const box = name.getBoundingClientRect();
    if (box.right > innerWidth) name.style.left = `${Math.max(0, parseFloat(name.style.left) - (box.right - innerWidth) - ROOM)}px`;
    taken.push(name.getBoundingClientRect());
  }
}

/** The parts of the page, from comment to comment, in the order in which they begin. */
function find() {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_COMMENT);
  const [parts, open] = [[], []];
  while (walker.nextNode()) {
    const comment = walker.currentNode;
    if (comment.data === 'etappe:part') {
      const part = document.createRange();
      part.setStartAfter(comment);
      parts.push(part);
      open.push(part);
    } else if (comment.data === 'etappe:end') {
      open.pop()?.setEndBefore(comment);
    }
  }
  return parts;
}

function isBlock(part) {
  const elements = [...part.cloneContents().children].length > 0 ? [...part.commonAncestorContainer.children] : [];
  const inside = elements.filter((element) => part.intersectsNode(element));
  return inside.some((element) => !getComputedStyle(element).display.startsWith('inline'));
}

function beside(part) {
  const { left, right, top, height } = part.getBoundingClientRect();
  const rtl = getComputedStyle(part.startContainer.parentElement ?? document.body).direction === 'rtl';
  return { left: rtl ? Math.min(right + ROOM - WIDE, innerWidth - WIDE) : Math.max(left - ROOM, 0), top, width: WIDE, height };
}

function below({ left, bottom, width }) {
  return { left, top: bottom - 1, width, height: LINE };
}
