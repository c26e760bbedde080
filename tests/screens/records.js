/**
 * What pages drawn from made-up records have in common: the records of a workshop as the server sends them, and a page
 * drawn from what the store's own function makes of them. A function that a page is given before phone_records.js or
 * wall_records.js, and that leaves `made` for them on `window`.
 */
(async ({ root, method, lang = 'da', texts = [''] }) => {
  const from = (name) => import(`${root}${name}`);
  const { Text, fetchText } = await from('text.js');
  const text = new Text(lang, fetchText);
  await Promise.all(texts.map((name) => text.load(name)));
  const { makeShown } = await from('sync/shown.js');
  const { render } = await from('../lib/lit-html.js');
  const say = (both) => (both ? both[lang] : '');
  const years = Array.from({ length: 11 }, (_, at) => 2016 + at);
  const NAMES = ['Mette', 'Jonas', 'Anna', 'Bo', 'Freja', 'Ali', 'Gerda'];

  /** The records that all see, by their ids; `later`: whether a lane that stands for no year opens later. */
  const workshop = ({ later = false, people }) => new Map(Object.entries({
    board: {
      title: say(method.heading), venue: '', lang, round: method.rounds[1].id, scene: 'write', leader: 'part', from: years[0], to: years.at(-1), step: 1,
      door: true, began: 0, ends_at: 0, closed: 0, sealed: false, notice: false, walk: {}, expires: 0, visited: [], who_sees: 'own',
    },
    method: { ...method, rounds: method.rounds.map(({ id, title, instruction, sheet, lanes, beside, questions, version }) => ({ id, title, instruction, sheet, lanes: lanes ?? [], beside: beside ?? [], questions: questions ?? [], version: version ?? '' })) },
    plan: { minutes: {} },
    progress: { people, present: people, asks_ready: false, ready: 0, wrote: 0, piles: {} },
    ...Object.fromEntries(method.sheets.map((sheet, order) => [`sheet:${sheet.id}`, sheetOf(sheet, order, later)])),
  }));
  const sheetOf = ({ title, form, per_group: own, lanes, marks, links }, order, later) => ({
    order, title, form, per_group: Boolean(own), scale: form === 'timeline' ? 'years' : '', heads: [], head_title: {},
    links: (links ?? []).map((kind) => ({ most: 1, ...kind })),
    marks: (marks ?? []).map((kind) => ({ lanes: [], ...kind, words: kind.words.map((word) => ({ short: {}, sign: '', color: '', side: '', needs: [], ...word })) })),
    lanes: [
      ...(form === 'timeline' ? years.map((year) => ({ id: String(year), title: { da: String(year), en: String(year) }, scale: year })) : []),
      ...(lanes ?? []).map((lane) => ({ after: [], unless: '', shows: '', later: later && form !== 'timeline', ...lane })),
    ].map((lane) => ({ limit: method.limit, open: true, why: '', later: false, ...lane })),
  });
  const seat = (at) => ({ name: NAMES[at - 1] ?? '', number: at, role: 'participant', group: '', remote: false, hosted: false });
  const note = ({ side = '', ...given }) => ({ kind: 'note', text: '', sheet: method.sheets[0].id, lane: '', row: '', spot: 0, marks: {}, links: {}, under: '', until: '', reach: 'all', can: [], side, ...(side ? { marks: { effect: side } } : {}), ...given });
  const shown = (audience, personal, here) => makeShown(audience, personal, {
    version: 1, loaded: true, here: new Set(here), drags: new Map(), waiting: 0, kept: 0, late: 0, unkept: false, returned: [], now: () => 0,
    connected: 'yes', closeReason: '', trouble: '', again: 0, lang, t: text.t,
  });

  /** Put a page in place of the present one; returns the function that draws it. @param {string} name @param {any} context @param {() => any} look */
  const page = async (name, context, look) => {
    document.body.dataset.page = name;
    document.documentElement.lang = lang;
    const stand = Object.assign(document.createElement('div'), { id: 'stand' });
    document.getElementById('page').replaceWith(stand);
    const { start } = await from(name === 'phone' ? 'pages/phone/page.js' : `pages/${name}.js`);
    const { render: drawn, changed } = start({
      page: name, board: 'b', t: text.t, lang: () => lang, say, token: () => '', announce() {}, saved() {}, async loadText(more) { await text.load(more); redraw(); },
      redraw: () => redraw(), ...context,
    });
    let earlier = null;
    const redraw = () => {
      const now = look();
      render(drawn(now), stand);
      changed?.(now, earlier);
      earlier = now;
    };
    return redraw;
  };
  window.made = { from, lang, workshop, seat, note, shown, page };
})
