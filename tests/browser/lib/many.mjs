// A made-up hub in which everything is many: written by a few loops, since nobody would write it by hand. All of it is fictitious.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export const LANGUAGES = ['en', 'nl', 'de', 'fr', 'es', 'it', 'ar', 'pt', 'pl', 'sv', 'tr'];
/** How many pages the long stage has. */
export const PAGES = 130;
/** The longest title that a page of it has, in characters. */
export const LONG_TITLE = 'What changes for people over eighty with a mild impairment of memory, two other conditions, and relatives who live abroad or far away, in short';
const QUESTIONS = ['What is known about the first year of treatment?', 'Which people in my practice should I refer, and when?', 'Où trouver les protocoles ?'];
const TOPICS = ['Dosing', 'Imaging', 'Référence', 'Falls', 'Sleep', 'Driving', 'Carers', 'Naïve patients', 'Økonomi', 'Travel'];
const PERSONAS = ['General practitioners', 'Specialist nurses in memory clinics and in regional networks for dementia', 'Geriatricians', 'Neurologists', 'Radiologists', 'Pharmacists', 'Case managers', 'Physiotherapists', 'Psychologists', 'Dietitians', 'Social workers', 'Occupational physicians'];
const SENTENCE = 'In this made-up cohort of people with early signs, visits were planned every four weeks, and what relatives noticed was written down. ';

const list = (values) => `[${values.map((value) => JSON.stringify(value)).join(', ')}]`;

function hub() {
  const stages = [['evidence', 'What is known'], ['alone', 'One page alone'], ['practice', 'In practice']];
  return `title = "Memory in practice, a hub with very many pages"
company = "Example Pharma (fictitious)"
base_url = "https://hub.example"
languages = ${list(LANGUAGES)}
fallback = "link"

[social]
cards = false
${stages.map(([id, label]) => `\n[[stages]]\nid = "${id}"\nlabel = { en = "${label}" }\n`).join('')}`;
}

function persona(label, at) {
  const needs = QUESTIONS.map((text, number) => `\n[[needs]]\nid = "q${number}"\nstage = "evidence"\ntext = { en = ${JSON.stringify(text)} }\n`);
  return `label = { en = ${JSON.stringify(label)} }\norder = ${at}\n${at === 0 ? needs.join('') : ''}`;
}

function page(front, body) {
  const lines = Object.entries(front).map(([key, value]) => `${key} = ${Array.isArray(value) ? list(value) : typeof value === 'number' || key === 'date' ? value : JSON.stringify(value)}`);
  return `+++\n${lines.join('\n')}\n+++\n\n${body}\n`;
}

/** The pages of the long stage: 75 answer the first question, 24 the second, 6 the third, and the others none. */
function evidence(number) {
  const question = [75, 99, 105].findIndex((end) => number < end);
  const title = number % 40 === 7 ? LONG_TITLE : `${TOPICS[number % TOPICS.length]}: observation ${number + 1}`;
  const dated = number % 11 !== 10 && { date: `${2026 - (number % 5)}-${String(1 + (number % 9)).padStart(2, '0')}-${String(1 + (number % 28)).padStart(2, '0')}` };
  const order = number < 2 && { order: number + 1 };
  const needs = question >= 0 && { needs: [`q${question}`] };
  return page({ title, summary: `What was seen in group ${number + 1}, and what it means for a visit.`, personas: ['p0'], stage: 'evidence', ...dated, ...order, ...needs }, SENTENCE.repeat(4));
}

function table(columns, rows) {
  const row = (cell) => `| ${Array.from({ length: columns }, (_, at) => cell(at)).join(' | ')} |`;
  return [row((at) => (at ? `Week ${at * 4}` : 'Measure')), row(() => '---'), ...Array.from({ length: rows }, (_, line) => row((at) => (at ? `${(line * 7 + at * 3) % 40}.${at} %` : `Outcome ${line + 1}`)))].join('\n');
}

function tables() {
  return [SENTENCE.repeat(3), '## At the beginning', table(12, 4), SENTENCE.repeat(30).replace(/(.{500}\.) /g, '$1\n\n'), '## Further down', table(12, 9), SENTENCE.repeat(3), '## A small one', table(3, 3), '## The last', SENTENCE].join('\n\n');
}

function manual() {
  const chapter = (number) => `## ${number}. A chapter of the manual with a name of some length\n\n${SENTENCE.repeat(9)}\n\n${[1, 2, 3].map((part) => `### ${number}.${part} A part of it\n\n${SENTENCE.repeat(9)}\n\n${SENTENCE.repeat(9)}`).join('\n\n')}`;
  return Array.from({ length: 36 }, (_, at) => chapter(at + 1)).join('\n\n');
}

/** Every file of the hub by its path. */
export function files() {
  const all = { 'hub.toml': hub() };
  PERSONAS.forEach((label, at) => (all[`personas/p${at}.toml`] = persona(label, at)));
  for (let number = 0; number < PAGES; number += 1) all[`content/evidence/page-${number}.md`] = evidence(number);
  const everybody = PERSONAS.map((_, at) => `p${at}`);
  for (const lang of LANGUAGES) {
    const name = lang === 'en' ? 'start.md' : `start.${lang}.md`;
    all[`content/${name}`] = page({ title: lang === 'ar' ? 'البداية' : `Start (${lang})`, summary: 'Where to begin.', personas: lang === 'en' ? everybody : everybody.slice(0, 2), stage: 'alone' }, lang === 'ar' ? `نص قصير.\n\n${table(12, 3)}` : SENTENCE);
  }
  all['content/tables.md'] = page({ title: 'Twelve columns', summary: 'Two wide tables and a small one.', personas: ['p0'], stage: 'practice' }, tables());
  all['content/manual.md'] = page({ title: LONG_TITLE, summary: 'A manual of very many pages.', personas: ['p0'], stage: 'practice' }, manual());
  return all;
}

/** Writes the hub into a folder. */
export function writeMany(folder) {
  for (const [path, text] of Object.entries(files())) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}
