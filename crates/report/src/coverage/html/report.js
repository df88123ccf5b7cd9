'use strict';
const form = document.getElementById('filters');
const shown = document.getElementById('shown');

// A cell of the map leads to what is behind it: open that, whichever way the reader came.
function openTarget() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!(target instanceof HTMLDetailsElement)) return;
  target.open = true;
  target.querySelector('summary').focus();
}

function fits(element, wanted) {
  const { persona, state, priority, owner } = element.dataset;
  const states = [state, element.dataset.stale];
  return (!wanted.persona || persona === wanted.persona) && (!wanted.state || states.includes(wanted.state))
    && (!wanted.priority || priority === wanted.priority) && (!wanted.owner || owner === wanted.owner);
}

function apply() {
  const wanted = Object.fromEntries(new FormData(form));
  for (const part of document.querySelectorAll('[data-lang]')) part.hidden = Boolean(wanted.lang) && part.dataset.lang !== wanted.lang;
  for (const row of document.querySelectorAll('.map tbody tr, .persona')) row.hidden = Boolean(wanted.persona) && row.dataset.persona !== wanted.persona;
  for (const cell of document.querySelectorAll('details[data-state]')) cell.hidden = !fits(cell, wanted);
  let count = 0;
  for (const cell of document.querySelectorAll('.map td')) {
    const on = fits(cell, wanted);
    cell.classList.toggle('filtered-out', !on);
    if (on && !cell.closest('[data-lang]').hidden) count += 1;
  }
  shown.textContent = `${count} ${count === 1 ? 'cell' : 'cells'} shown`;
}

form.hidden = false;
form.addEventListener('change', apply);
form.addEventListener('reset', () => setTimeout(apply));
form.addEventListener('submit', (event) => event.preventDefault());
addEventListener('hashchange', openTarget);
apply();
openTarget();
