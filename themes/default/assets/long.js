// What only long lists need; they work without it. Keeps nothing, and sends nothing.
{
  // As search.js folds.
  const MARKS = /[\u00ad\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u200b-\u200f\u2060\ufeff]/g;
  const ALIKE = { ß: 'ss', æ: 'ae', œ: 'oe', þ: 'th', ø: 'o', ł: 'l', đ: 'd', ð: 'd', ı: 'i', ς: 'σ', ة: 'ه', ى: 'ي', ی: 'ي', ک: 'ك' };
  const fold = (text) => text.normalize('NFKD').replace(MARKS, '').toLowerCase().replace(/[^\0-\x7f]/g, (letter) => ALIKE[letter] ?? letter);

  /** A list that narrows as one types. A page stays that has all the words, in what is said of it or in the headings above it. */
  const filter = (box) => {
    const input = box.querySelector('input');
    const status = box.querySelector('[role=status]');
    const found = document.querySelector('.search-button');
    const more = box.querySelector('button');
    const head = (part) => part?.querySelector(':scope > :is(h2, h3)')?.textContent ?? '';
    const items = [...document.querySelectorAll('.group li')].map((item) => {
      const text = [item.textContent, head(item.closest('.group')), head(item.closest('.year'))];
      return { item, path: item.querySelector('a').href, text: fold(text.join(' ')) };
    });
    const count = (items) => new Set(items.map(({ path }) => path)).size;
    const narrow = () => {
      const words = fold(input.value).split(/\s+/).filter(Boolean);
      for (const entry of items) entry.item.hidden = !words.every((word) => entry.text.includes(word));
      for (const part of document.querySelectorAll('.group :is(.year, ul), .group')) part.hidden = words.length > 0 && !part.querySelector('li:not([hidden])');
      const left = count(items.filter(({ item }) => !item.hidden));
      const says = left ? status.dataset.left.replace('{n}', left).replace('{all}', count(items)) : status.dataset.none;
      status.textContent = words.length ? says : '';
    };
    if (more) {
      more.hidden = !(document.documentElement.dataset.search && found);
      more.addEventListener('click', () => {
        found.dataset.words = input.value;
        found.click();
      });
    }
    input.addEventListener('input', narrow);
    box.hidden = false;
    narrow();
  };

  document.querySelectorAll('.filter').forEach(filter);
}
