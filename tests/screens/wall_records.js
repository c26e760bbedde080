/** A wall drawn from made-up records (records.js); what a test does with them is left on `window`. */
(async ({ scene = 'turn', round = 'place', notes = [], people = 12, groups = 3, holder = 's5', door = true, closed = 0, title = '', records = {}, now = 0 }) => {
  const { made } = window;
  const { from } = made;
  const seats = Array.from({ length: people }, (_, at) => ({ ...made.seat(at + 1), id: `s${at + 1}`, group: `g${(at % groups) + 1}` }));
  const state = { scene, round, holder, notes, people: seats, here: new Set(seats.map((seat) => seat.id)), door, closed, title, records };
  const fixed = made.workshop({ later: scene === 'welcome', people });
  const shown = () => {
    const all = state.people.map((seat) => seat.id);
    const at = all.indexOf(state.holder);
    const turn = { scope: 'all', holder: state.holder, queue: all.slice(at + 1), later: [], done: all.slice(0, Math.max(0, at)), absent: [], since: 0 };
    const by = (kind, records) => records.map(({ id, ...record }) => [`${kind}:${id}`, record]);
    return { ...made.shown(new Map([
      ...fixed, ['board', { ...fixed.get('board'), ...(state.title ? { title: state.title } : {}), scene: state.scene, round: state.round, door: state.door, closed: state.closed }],
      ...by('seat', state.people), ...by('note', state.notes.map((note) => ({ ...made.note({ side: 'up', ...note }) }))),
      ...by('group', state.scene === 'group' ? Array.from({ length: groups }, (_, nth) => ({ id: `g${nth + 1}`, number: nth + 1, shown: false })) : []),
      ...by('turn', state.scene === 'turn' ? [{ id: 'all', ...turn }] : []), ...Object.entries(state.records),
    ]), new Map(), state.here), now: () => now };
  };
  await Promise.all(['boards.css', 'wall.css'].map((name) => new Promise((loaded) => {
    const href = new URL(`../css/${name}`, document.querySelector('script[type=module]').src).href;
    document.head.append(Object.assign(document.createElement('link'), { rel: 'stylesheet', href, onload: loaded }));
  })));
  const qr = { size: 25, path: 'M0 0h7v7h-7zM18 0h7v7h-7zM0 18h7v7h-7zM9 2h3v5h-3zM13 9h6v3h-6zM9 14h4v8h-4zM16 15h7v4h-7z' };
  const redraw = await made.page('wall', {
    api: async () => ({ call: async () => ({ code: 'sol fjord lampe', url: 'http://tavle.local/', qr, sitting: 0 }) }),
  }, shown);
  redraw();
  Object.assign(window, {
    state, redraw, from,
    /** Change the board, as a patch of the server does. */
    change(fields) { Object.assign(state, fields); redraw(); },
    put(...more) { state.notes = [...state.notes, ...more]; redraw(); },
  });
})
