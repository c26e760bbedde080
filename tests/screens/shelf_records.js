/**
 * The records of a board with one sheet of the form `shelf`, as a page's store gives them to its views, and what
 * test_forms.py does with them: a function that a page is given, and that leaves all of it on `window`.
 */
(async ({ root }) => {
  const both = (text) => ({ da: text, en: text });
  const lane = (id, title) => ({ id, title: both(title), color: '', limit: 140, open: true, why: '', later: false });
  const sheet = {
    id: 's', order: 0, title: both('Shelves'), form: 'shelf', per_group: false, marks: [], links: [], heads: [], head_title: {},
    lanes: [lane('top', 'Top'), lane('low', 'Low')],
  };
  const note = (id, where, more = {}) => ({
    id, kind: 'note', text: `Note ${id}`, sheet: 's', lane: where, row: '', side: '', under: '', until: '', reach: 'all',
    mine: false, draft: false, pending: false, kept: true, can: ['move'], ...more,
  });
  const notes = [note('a', 'top'), note('b', 'low'), note('c', 'low')];
  const opening = { sheet: 's', lanes: ['top', 'low'], row: '', reach: 'all' };
  const shown = {
    version: 1, loaded: true, index: 1, rounds: [], connected: 'yes', lang: 'en',
    board: { round: 'r', from: 0, to: 0 }, method: { limit: 140 }, round: { id: 'r', sheet: 's', lanes: ['top', 'low'] },
    me: {
      seat: 'me', name: '', role: 'participant', group: '', ready: false, turn: '', scope: '', can: ['write'],
      who_sees: 'own', write: { ...opening, reach: 'own' }, place: opening,
    },
    progress: { people: 1, asks_ready: false, ready: 0, wrote: 0, piles: {} },
    people: [], groups: [], rows: [], bins: [], deleted: [], turns: new Map(), claims: new Map(), drags: new Map(), here: new Set(),
    circles: [], versions: new Map(),
    notes, note: (id) => notes.find((one) => one.id === id) ?? null,
    sheets: [sheet], sheet: (id) => (id === 's' ? sheet : null),
    seat: () => null, row: () => null, called: () => '', now: () => 0,
    say: (text) => (text ? text.en : ''), t: (key, vars) => [key, ...Object.values(vars ?? {})].join(' '),
  };
  const done = [];
  const context = {
    emit: (...args) => done.push(args), api: async () => ({}), loadText: async () => {}, redraw() {}, lang: () => 'en', announce() {},
    keys: { half: () => null, keepHalf() {} },
  };
  const ui = {
    t: shown.t, picked: {}, dialog: null, tab: 'board', part: () => null, open() {}, context,
    pick(name, value) { this.picked = { ...this.picked, [name]: value }; },
  };
  const stand = document.createElement('div');
  stand.id = 'stand';
  stand.style.width = '600px';
  document.body.append(stand);
  const from = (name) => import(`${root}${name}`);
  const draw = async (template) => (await from('../lib/lit-html.js')).render(template, stand);
  const styled = (name) => new Promise((loaded) => {
    const link = Object.assign(document.createElement('link'), { rel: 'stylesheet', href: `${root}../css/${name}`, onload: loaded });
    document.head.append(link);
  });
  Object.assign(window, { shown, note, done, ui, from, draw, styled });
})
