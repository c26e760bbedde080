/**
 * A participant's page drawn from made-up records, which the store's own function makes into what the page draws: a
 * function that a page is given, and that leaves what a test does with them on `window`.
 */
(async ({ root, method, board = {}, me = {}, seats = [], groups = [], records = {}, own = {}, lang = 'da', people = 6, here = true }) => {
  const from = (name) => import(`${root}${name}`);
  const { Text, fetchText } = await from('text.js');
  const text = new Text(lang, fetchText);
  await text.load('');
  const say = (both) => (both ? both[lang] : '');
  const first = 2016;
  const years = Array.from({ length: 11 }, (_, at) => first + at);
  const audience = new Map(Object.entries({
    board: {
      title: say(method.heading), venue: '', lang, round: method.rounds[1].id, scene: 'write', leader: 'part', from: years[0], to: years.at(-1),
      door: true, began: 0, ends_at: 0, closed: 0, sealed: false, notice: false, walk: {}, expires: 0, visited: [], who_sees: 'own', ...board,
    },
    method: { ...method, rounds: method.rounds.map(({ id, title, instruction, sheet, lanes, questions }) => ({ id, title, instruction, sheet, lanes: lanes ?? [], questions: questions ?? [] })) },
    plan: { minutes: {} },
    progress: { people, asks_ready: true, ready: 0, wrote: 0, piles: {} },
  }));
  method.sheets.forEach((sheet, order) => audience.set(`sheet:${sheet.id}`, {
    order, title: sheet.title, form: sheet.form, per_group: Boolean(sheet.per_group),
    marks: sheet.form === 'timeline' ? ['up', 'down', 'both'].map((id) => ({ id, kind: 'side' })) : [],
    lanes: [
      ...(sheet.form === 'timeline' ? years.map((year) => ({ id: String(year), title: { da: String(year), en: String(year) }, scale: year, limit: method.limit })) : []),
      ...(sheet.lanes ?? []).map((lane) => ({ after: [], points_to: '', fates: false, limit: method.limit, ...lane })),
    ].map((lane) => ({ open: true, why: '', later: false, ...lane })),
  }));
  const NAMES = ['Mette', 'Jonas', 'Anna', 'Bo', 'Freja', 'Ali', 'Gerda'];
  for (let at = 1; at <= people; at += 1) {
    audience.set(`seat:s${at}`, { name: NAMES[at - 1] ?? '', number: at, role: 'participant', group: '', remote: false, hosted: false, ...seats[at - 1] });
  }
  groups.forEach((id, at) => audience.set(`group:${id}`, { number: at + 1, shown: false }));
  const note = (given) => ({ kind: 'note', text: '', sheet: method.sheets[0].id, lane: '', row: '', side: '', spot: 0, to: '', until: '', reach: 'all', can: [], ...given });
  const put = (more) => {
    for (const [id, record] of Object.entries(more)) audience.set(id, id.startsWith('note:') ? note(record) : { ...audience.get(id), ...record });
  };
  put(records);
  const personal = new Map(Object.entries({
    me: {
      seat: 's1', name: 'Mette', role: 'participant', group: '', ready: false, scene: 'write', turn: '', scope: '',
      can: ['ready', 'write', 'name'], who_sees: 'own', write: null, place: null, devices: [], ...me,
    },
  }));
  for (const [id, record] of Object.entries(own)) personal.set(id, note({ draft: true, reach: 'own', can: ['edit', 'delete'], ...record }));

  document.body.dataset.page = 'phone';
  document.documentElement.lang = lang;
  document.getElementById('page').replaceWith(Object.assign(document.createElement('div'), { id: 'stand' }));
  const stand = document.getElementById('stand');
  const { render } = await from('../lib/lit-html.js');
  const { makeShown } = await from('sync/shown.js');
  const { start } = await from('pages/phone/page.js');
  const kept = new Map();
  const sent = [];
  const said = [];
  let ids = 0;
  const shown = () => makeShown(audience, personal, {
    version: 1, loaded: true, here: new Set(here ? [...audience.keys()].filter((id) => id.startsWith('seat:')).map((id) => id.slice(5)) : []), drags: new Map(),
    waiting: 0, kept: 0, unkept: false, returned: [], now: () => 0, connected: 'yes', closeReason: '', trouble: '', again: 0, lang, t: text.t,
  });
  const context = {
    page: 'phone', board: 'b', role: 'participant', t: text.t, lang: () => lang, say, setLang() {}, followLang() {},
    emit(name, args = {}) { sent.push([name, args]); return sent.length; },
    async loadText(name) { await text.load(name); redraw(); },
    keys: { half: (board, key) => kept.get(key), keepHalf: (board, key, value) => kept.set(key, value), remember() {}, randomId: () => `id${String(ids += 1).padStart(14, '0')}` },
    forget() {}, api: async () => ({}), token: () => '', again() {}, store: { shown, takeRefusals: () => [], forget() {}, touch() {} },
    redraw: () => redraw(), toast(line, action) { said.push(line); if (action) window.undo = action.run; }, announce: (line) => said.push(line),
  };
  const page = start(context);
  let earlier = null;
  const redraw = () => {
    const now = shown();
    render(page.render(now), stand);
    page.changed?.(now, earlier);
    earlier = now;
  };
  // What is fetched only later, at once: pictures of a page that is still fetching help nobody.
  await Promise.all(['modal', 'phone/doubt', 'phone/dialogs', 'phone/trouble', 'phone/turn', 'phone/group', 'phone/board', 'phone/end'].map((name) => from(`pages/${name}.js`)));
  redraw();
  await new Promise((drawn) => { setTimeout(drawn, 30); });
  redraw();
  Object.assign(window, {
    sent, said, redraw,
    /** Change records, as a patch of the server does. */
    change(more, mine = {}) {
      put(more);
      for (const [id, record] of Object.entries(mine)) {
        if (record) personal.set(id, id === 'me' ? { ...personal.get('me'), ...record } : note({ draft: true, reach: 'own', can: ['edit', 'delete'], ...record }));
        else personal.delete(id);
      }
      redraw();
    },
  });
})
