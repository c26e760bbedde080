/** Made-up trials over the story of story-small.json, as records: what runs, what is due, what was decided. */
const both = (text) => ({ da: text, en: text });
const date = (id, title) => ({ id, title: both(title), kind: 'date', limit: 140, options: [], none_word: {}, required: false, not_before: '', calendar: false });
const text = (id, title, limit = 140) => ({ ...date(id, title), kind: 'text', limit });
const lane = (id, title, more = {}) => ({ id, title: both(title), hint: both('Vi kunne prøve at …'), color: '', limit: 240, after: [], unless: '', shows: '', becomes: '', place: '', about: ['story'], answers: [], needs: [], span: [], tells: '', fields: [], open: true, why: '', later: false, ...more });
const word = (id, title, sign, more) => ({ id, title: both(title), hint: {}, short: {}, sign, color: '', side: '', needs: [], again: null, cancels: false, done: {}, ...more });
const DAYS = [date('start', 'Vi begynder'), date('stop', 'Vi stopper op'), text('who', 'Hvem spørger')];
export const TODAY = '2026-12-03';

export const SHEET = {
  order: 1, title: both('Prøvehandlinger'), form: 'columns', per_group: false, over: 'story', scale: '', heads: [], head_title: {},
  lanes: [
    lane('proposed', 'Forslag'), lane('qualified', 'Kvalificeret'), lane('running', 'I gang', { span: ['start', 'stop'], fields: DAYS }),
    lane('stopped', 'Stop op', { span: ['start', 'stop'], fields: DAYS }), lane('decided', 'Afgjort', { tells: 'learned', fields: [text('learned', 'Det lærte vi', 600)] }),
  ],
  marks: [{ id: 'decision', title: both('Hvad gør vi nu?'), lanes: ['decided'], words: [
    word('adjust', 'Juster', '~', { color: 'sky', again: { lane: 'qualified', link: 'former' }, done: both('Justeret') }),
    word('carry-on', 'Før videre', '→', { color: 'mint', done: both('Ført videre') }), word('drop', 'Drop', '↓', { color: 'yellow', cancels: true, done: both('Droppet') }),
  ] }],
  links: [{ id: 'former', title: both('Bygger på'), from: ['qualified', 'running', 'stopped', 'decided'], to: ['decided'], most: 1, sign: '' }],
};
export const note = (id, where, said, more = {}) => [`note:${id}`, {
  kind: 'note', text: said, sheet: 'trials', lane: where, row: '', side: '', spot: 0, under: '', until: '', fields: {}, marks: {}, links: {}, reach: 'all', chosen: false, can: [], ...more,
}];
const says = (id, under, said) => note(id, 'stopped', said, { kind: 'comment', under });
/** Points and circles of the story. */
export const POINT = { tone: 'nt5a921119c78df4', leave: 'nt71545a7a1d5006', busy: 'nt85776edd84f39e', meetings: 'nt8d7231f77383c1', quarrels: 'nt8f4ff378de5857', leaders: 'nta3f2c99c6316b9', support: 'nt12e0c8bad640fb', vicious: 'nt4a84eb8d1fd9b7' };
const leads = (from, to) => `${POINT[from]}>leads>${POINT[to]}`;

/** The trials of the sketch, and what real life adds where it is `messy`. @param {boolean} [messy] */
export function trials(messy = false) {
  const run = (start, stop, more = {}) => ({ start, stop, who: 'Mette', ...more });
  return Object.fromEntries([
    ['sheet:trials', SHEET],
    note('t1', 'proposed', 'Efteruddannelse i svære samtaler', { about: [POINT.quarrels] }), note('t2', 'proposed', 'Nyt punkt på teammødet', { about: [POINT.tone] }),
    note('t3', 'qualified', 'Fast supervision', { about: [POINT.support] }),
    note('t4', 'running', 'Mentorordning', { about: [leads('tone', 'leave')], fields: run('2026-11-10', '2026-12-18') }),
    note('t5', 'running', 'Ny mødestruktur', { about: [leads('busy', 'meetings')], fields: run('2026-11-24', '2027-01-15') }),
    note('t6', 'stopped', 'Rolig overlevering i et fast rum', { about: [leads('quarrels', 'tone')], fields: run('2026-11-12', TODAY) }),
    says('s1', 't6', 'Jeg går roligere hjem.'), says('s2', 't6', 'Rummet er optaget om fredagen.'), says('s3', 't6', 'Jeg når det ikke, når der er tre indlæggelser.'),
    says('s4', 't6', 'Det er rart at blive spurgt'), says('s5', 't6', 'Gerne ti minutter til'),
    note('t7', 'decided', 'Træn faglig feedback', { about: [leads('leaders', 'tone')], marks: { decision: 'carry-on' }, fields: { learned: 'Den virker, når den gives med det samme' } }),
    note('t8', 'decided', 'Feedback klokken 14', { about: [leads('leave', 'busy')], marks: { decision: 'drop' }, fields: { learned: 'Et fast klokkeslæt blev til en pligt' } }),
    ...(messy ? [
      note('m1', 'proposed', 'Vi laver en fælles arbejdstilrettelæggelsesaftale, hvor alle vagtlag på skift kommer med ønsker, inden planen lægges, og hvor nattevagterne også bliver spurgt'),
      note('m2', 'proposed', 'نجتمع كل صباح لمدة عشر دقائق', { about: [POINT.tone] }), note('m3', 'running', 'Kaffe sammen 🙂☕ hver onsdag', { about: [POINT.vicious], fields: run('2026-11-20', '2026-12-20') }),
      note('m4', 'running', 'Makkerpar for alle nye', { about: [POINT.leave, leads('tone', 'leave')], fields: run('2026-11-01', '2026-11-30') }),
      ...Array.from({ length: 14 }, (_, at) => note(`m9${String(at).padStart(2, '0')}`, 'decided', `Noget, vi prøvede ${at + 1}`, { marks: { decision: at % 3 ? 'adjust' : 'drop' }, fields: { learned: `Vi lærte, at det tager længere tid, end man tror, og at det er i orden, når alle ved hvorfor (${at + 1})` }, spot: at })),
      ...Array.from({ length: 9 }, (_, at) => says(`s9${at}`, 't6', `Endnu et svar, som er lidt længere end de andre, fra en, der var på arbejde i weekenden (${at})`)),
    ] : []),
  ]);
}
