/**
 * The records of a history workshop, as a page's store gives them to its views, and the wall's own page drawn from them:
 * a function that a page is given, and that leaves what a test does with them on `window`.
 */
(async ({ root, method, scene = 'turn', round = 'place', lang = 'da', notes = [], people = 12, holder = 's5', door = true }) => {
  const from = (name) => import(`${root}${name}`);
  const styled = (name) => new Promise((loaded) => {
    const link = Object.assign(document.createElement('link'), { rel: 'stylesheet', href: `${root}../css/${name}`, onload: loaded });
    document.head.append(link);
  });
  const { Text, fetchText } = await from('text.js');
  const text = new Text(lang, fetchText);
  await Promise.all(['', 'room'].map((name) => text.load(name)));
  const say = (both) => (both ? both[lang] : '');
  const years = Array.from({ length: 11 }, (_, at) => 2016 + at);
  const sheets = method.sheets.map((sheet, order) => ({
    per_group: false, ...sheet, order,
    marks: sheet.form === 'timeline' ? ['up', 'down', 'both'].map((id) => ({ id, kind: 'side' })) : [],
    lanes: [
      ...(sheet.form === 'timeline' ? years.map((year) => ({ id: String(year), title: { da: String(year), en: String(year) }, scale: year })) : []),
      ...(sheet.lanes ?? []).map((lane) => ({ ...lane, later: scene === 'welcome' && sheet.form !== 'timeline' })),
    ],
  }));
  const rounds = method.rounds.map(({ id, title, instruction, sheet, lanes, questions }) => ({ id, title, instruction, sheet, lanes, questions }));
  const seats = Array.from({ length: people }, (_, at) => ({
    id: `s${at + 1}`, name: ['Mette', 'Jonas', 'Anna', 'Bo', 'Freja', 'Ali', 'Gerda'][at] ?? '', number: at + 1, role: 'participant',
    group: `g${(at % 3) + 1}`, remote: false, hosted: false,
  }));
  const whole = (note) => ({
    kind: 'note', sheet: 'timeline', row: '', side: 'up', to: '', until: '', reach: 'all', mine: false, draft: false,
    pending: false, kept: true, can: [], ...note,
  });
  const state = { scene, round, holder, notes: notes.map(whole), people: seats, here: new Set(seats.map((seat) => seat.id)), door };
  const shown = () => {
    const index = rounds.findIndex(({ id }) => id === state.round);
    const all = state.people.map((seat) => seat.id);
    const at = all.indexOf(state.holder);
    const turn = {
      scope: 'all', holder: state.holder, queue: all.slice(at + 1), later: [], done: all.slice(0, Math.max(0, at)), absent: [], since: 0,
    };
    return {
      version: 1, loaded: true, connected: 'yes', trouble: '', again: 0, closeReason: '', lang, t: text.t, say,
      board: {
        title: say(method.heading), venue: '', lang, round: state.round, scene: state.scene, leader: 'part', from: years[0],
        to: years.at(-1), door: state.door, ends_at: 0, closed: 0, notice: false, visited: [], who_sees: 'own', expires: 0,
      },
      method: { ...method, rounds }, rounds, index, round: rounds[index] ?? null, plan: {}, me: null,
      progress: { people: all.length, present: all.length, asks_ready: false, ready: 0, wrote: 0, piles: {} },
      people: state.people, seat: (id) => state.people.find((seat) => seat.id === id) ?? null,
      called: (id) => state.people.find((seat) => seat.id === id)?.name || id,
      groups: state.scene === 'group' ? [1, 2, 3].map((n) => ({ id: `g${n}`, number: n, shown: false })) : [],
      sheets, sheet: (id) => sheets.find((one) => one.id === id) ?? null,
      turns: new Map(state.scene === 'turn' ? [['all', turn]] : []), drags: new Map(), here: state.here,
      rows: [], row: () => null, bins: [], backs: [], taken: [], returned: [], waiting: 0, kept: 0, unkept: false,
      notes: state.notes, note: (id) => state.notes.find((one) => one.id === id) ?? null, now: () => 0,
    };
  };
  document.body.dataset.page = 'wall';
  document.documentElement.lang = lang;
  await Promise.all(['boards.css', 'wall.css'].map(styled));
  document.getElementById('page').replaceWith(Object.assign(document.createElement('div'), { id: 'stand' }));
  const stand = document.getElementById('stand');
  const { render } = await from('../lib/lit-html.js');
  const { start } = await from('pages/wall.js');
  const qr = { size: 25, path: 'M0 0h7v7h-7zM18 0h7v7h-7zM0 18h7v7h-7zM9 2h3v5h-3zM13 9h6v3h-6zM9 14h4v8h-4zM16 15h7v4h-7z' };
  const page = start({
    board: 'b', redraw: () => redraw(), announce() {}, token: () => '',
    api: async () => ({ call: async () => ({ code: 'sol fjord lampe', url: 'http://tavle.local/', qr }) }),
  });
  let earlier = null;
  const redraw = () => {
    const now = shown();
    render(page.render(now), stand);
    page.changed?.(now, earlier);
    earlier = now;
  };
  redraw();
  Object.assign(window, {
    state, redraw, from,
    /** Change the board, as a patch of the server does. */
    change(fields) { Object.assign(state, fields); redraw(); },
    put(...more) { state.notes = [...state.notes, ...more.map(whole)]; redraw(); },
  });
})
