/** A participant's page drawn from made-up records (records.js); what a test does with them is left on `window`. */
(async ({ board = {}, me = {}, seats = [], groups = [], records = {}, own = {}, people = 6, here = true }) => {
  const { made } = window;
  const audience = made.workshop({ people });
  const put = (more) => {
    for (const [id, record] of Object.entries(more)) audience.set(id, id.startsWith('note:') ? made.note(record) : { ...audience.get(id), ...record });
  };
  put({ board, progress: { asks_ready: true } });
  for (let at = 1; at <= people; at += 1) audience.set(`seat:s${at}`, { ...made.seat(at), ...seats[at - 1] });
  groups.forEach((id, at) => audience.set(`group:${id}`, { number: at + 1, shown: false }));
  put(records);
  const draft = (given) => made.note({ draft: true, reach: 'own', can: ['edit', 'delete'], ...given });
  const personal = new Map(Object.entries({
    me: {
      seat: 's1', name: 'Mette', role: 'participant', group: '', ready: false, scene: 'write', turn: '', scope: '',
      can: ['ready', 'write', 'name'], who_sees: 'own', write: null, place: null, devices: [], ...me,
    },
  }));
  for (const [id, record] of Object.entries(own)) personal.set(id, draft(record));

  const kept = new Map();
  const sent = [];
  const said = [];
  let ids = 0;
  let drawn = 0;
  const connected = () => (here ? [...audience.keys()].filter((id) => id.startsWith('seat:')).map((id) => id.slice(5)) : []);
  const shown = () => {
    drawn += 1;
    return made.shown(audience, personal, connected());
  };
  const redraw = await made.page('phone', {
    role: 'participant', setLang() {}, followLang() {},
    emit(name, args = {}) { sent.push([name, args]); return sent.length; },
    keys: { half: (board, key) => kept.get(key), keepHalf: (board, key, value) => kept.set(key, value), remember() {}, randomId: () => `id${String(ids += 1).padStart(14, '0')}` },
    forget() {}, api: async () => ({}), again() {}, store: { shown, takeRefusals: () => [], forget() {}, touch() {} },
    toast(line, action) { said.push(line); if (action) window.undo = action.run; }, announce: (line) => said.push(line), saved: (line) => said.push(line),
  }, shown);
  // What is fetched only later, at once: pictures of a page that is still fetching help nobody.
  const parts = () => Promise.all(['modal', ...['answer', 'doubt', 'dialogs', 'devices', 'trouble', 'turn', 'group', 'board', 'end'].map((name) => `phone/${name}`)].map((name) => made.from(`pages/${name}.js`)));
  await parts();
  redraw();
  // The page draws itself when it has got a part, and may ask for another one then.
  for (let before = 0; before !== drawn;) {
    before = drawn;
    await parts();
  }
  Object.assign(window, {
    sent, said, redraw,
    /** Change records, as a patch of the server does. */
    change(more, mine = {}) {
      put(more);
      for (const [id, record] of Object.entries(mine)) {
        if (record) personal.set(id, id === 'me' ? { ...personal.get('me'), ...record } : draft(record));
        else personal.delete(id);
      }
      redraw();
    },
  });
})
