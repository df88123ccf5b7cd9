// What only tables and long texts need; they work without it. Keeps nothing, and sends nothing.
{
  /** A table that does not fit says that it scrolls. */
  const table = (box) => {
    const note = document.createElement('p');
    Object.assign(note, { className: 'table-more', textContent: box.closest('[data-more]').dataset.more, hidden: true });
    box.before(note);
    new ResizeObserver(() => (note.hidden = box.scrollWidth <= box.clientWidth + 1)).observe(box);
  };

  /** The contents beside a text say where in it the reader is. */
  const contents = (nav) => {
    const links = [...nav.querySelectorAll('a')];
    const heads = links.map((link) => document.getElementById(decodeURIComponent(link.hash.slice(1))));
    let current;
    const mark = () => {
      const link = links[heads.findLastIndex((head) => head?.getBoundingClientRect().top < innerHeight / 4)];
      if (link === current || !nav.checkVisibility()) return;
      current?.removeAttribute('aria-current');
      link?.setAttribute('aria-current', 'true');
      current = link;
      if (!link) return;
      const [own, around] = [link.getBoundingClientRect(), nav.getBoundingClientRect()];
      if (own.top < around.top || own.bottom > around.bottom) nav.scrollTop += own.top - around.top - nav.clientHeight / 2;
    };
    addEventListener('scroll', () => requestAnimationFrame(mark), { passive: true });
    mark();
  };

  document.querySelectorAll('[data-more] .table').forEach(table);
  document.querySelectorAll('nav.page-contents').forEach(contents);
}
