/**
 * Records of dense boards, as a page's store gives them to its views: `dilemmas` (a grid) and `future` (columns), with as
 * many groups and notes as asked for, and texts as people write them. Served to a browser by test_dense.py.
 */
const both = (text) => ({ da: text, en: text });
const SAID = [
  'Vi bliver ikke hørt', 'For lidt information fra ledelsen', 'Aftaler holder ikke',
  'Aflyste operationer, fastende sendt hjem', 'Sloganet passer ikke med hverdagen', 'Opgaver uden for vores speciale',
  'Ventelister og pres vokser', 'Ingen synlig, fast leder', 'Arbejdet afbrydes hele tiden',
  'Vagtplanen ændres med kort varsel', 'Stuegang starter for sent', 'Telefonen ringer under samtaler',
  'Nye får for kort oplæring', 'De samme tager ekstravagter', 'Møder bliver aflyst', 'Vi ser aldrig patienten hele vejen',
  'Senge på gangen', 'Udskrivelser trækker ud', 'It-systemet går ned om morgenen', 'Ingen pause i aftenvagten',
];
const ODD = [
  'Medarbejderudviklingssamtaler', 'الموظفون لا يُستمع إليهم في الاجتماعات', 'Familien 👩‍👩‍👧‍👦 venter i timevis 🏥',
  'Arbejdstilrettelæggelsesudvalgsmødereferat', 'עומס בעבודה', 'Ord med\nlinjeskift',
];
const LONG = 'Når vi skifter vagt, skal borgeren være tryg, og det tager tid at fortælle om alt det, der ikke står i journalen, '
  + 'mens de pårørende venter på svar, telefonen ringer, og den næste allerede er på vej ind ad døren, fordi planen er lagt '
  + 'efter tal og ikke efter mennesker, og derfor bliver det, som ingen kan måle, ofte det første, der bliver sprunget over, '
  + 'selv om alle ved, at det er der, fejlene begynder hos os alle';
const DILEMMAS = [
  'Dokumentation er vigtig, men den tager tid fra kerneopgaven.',
  'Hurtig handling redder liv, men uden eftertanke gentager vi fejlene.',
  'Fleksibel bemanding hjælper i dag, men gør i morgen uforudsigelig.',
  'Kort overlevering giver ro, men de nye har brug for det hele.',
  'Lette opgaver til mig, eller fælles ansvar for de tunge patienter.',
  'Følge instruksen, eller gøre det, situationen kræver.', 'Mødets dialog, eller tiden hos borgeren.',
  'Specialisering giver kvalitet, men gør vagtplanlægningen sårbar.',
];
const CELLS = {
  one: ['Borgerens sikkerhed, når vi skifter vagt'], other: ['Vi sidder med ryggen til og skriver'],
  experience: ['Jeg skriver, mens borgeren gerne vil tale'],
  relations: ['Pårørende og ledelse forventer nærvær'], conditions: ['For lidt kontortid', 'Planen ligger fast seks uger frem'],
  history: ['Reglerne tolkes om hvert andet år', 'Ledere vægter forskelligt'],
  actions: ['Aftal, hvornår det er godt nok', 'Fast tid til at skrive, mens kolleger dækker'],
};
const FATES = ['analysis', 'solved', 'paradox', 'dissolved', ''];
const FATE_WORDS = { dissolved: 'Opløst', solved: 'Løst', analysis: 'Skal undersøges mere', paradox: 'Paradoks' };

const lane = (id, title, more = {}) => ({ id, title: both(title), color: '', limit: 400, open: true, why: '', later: false, ...more });
const note = (id, sheet, where, text, more = {}) => ({
  id, kind: 'note', text, sheet, lane: where, row: '', side: '', under: '', until: '', reach: 'all', spot: 0,
  mine: false, draft: false, pending: false, kept: true, can: [], ...more,
});

function shownOf({ sheet, notes, groups = [], rows = [], round, board = {}, piles = {}, texts, now = {} }) {
  const t = (key, vars = {}) => {
    const known = texts[key] ?? key;
    const form = typeof known === 'string' ? known : known[vars.n === 0 ? 'zero' : vars.n === 1 ? 'one' : 'other'] ?? known.other;
    return form.replace(/\{(\w+)\}/g, (_, name) => vars[name] ?? '');
  };
  return {
    version: 1, loaded: true, index: 2, rounds: [{}, {}, {}, {}, {}], connected: 'yes', lang: 'da', closeReason: '', trouble: '',
    board: { title: 'Hvordan ser vores arbejdsplads ud, når den er bedst?', venue: '', lang: 'da', round: round.id, scene: 'look', from: 0, to: 0, door: true, closed: 0, ...board },
    method: { limit: 140, title: both('Dilemmaværksted'), rounds: [] }, round: { title: both('Vi ser på det sammen'), instruction: both('Lyt, og byd ind med det, du genkender.'), sheet: sheet.id, ...round },
    me: null, progress: { people: 14, asks_ready: false, ready: 8, wrote: 0, piles: { [sheet.id]: piles } },
    people: [], groups, rows, bins: [], deleted: [], turns: new Map(), claims: new Map(), drags: new Map(), here: new Set(), plan: {},
    notes, note: (id) => notes.find((one) => one.id === id) ?? null, sheets: [sheet],
    sheet: (id) => (id === sheet.id ? sheet : null), seat: () => null, row: (id) => rows.find((one) => one.id === id) ?? null,
    called: () => '', now: () => 0, say: (text) => (text ? text.da : ''), t, ...now,
  };
}

/** A future workshop. `round`: the lanes that it opens; none: all of them. */
export function future({ critique = 9, dream = 0, realise = 0, odd = false, long = false, open = ['dream'], piles = {}, spots = true, texts }) {
  const titles = { critique: 'Kritik', dream: 'Drøm', realise: 'Realisering' };
  const colors = { critique: 'coral', dream: 'sky', realise: 'mint' };
  const hints = { critique: 'Skriv det, der er svært', dream: 'Alt kan lade sig gøre. Glem penge, plads og regler, til vi er færdige.', realise: 'Det første lille skridt' };
  const order = Object.keys(titles);
  const last = open.length ? Math.max(...open.map((id) => order.indexOf(id))) : 2;
  const sheet = {
    id: 'columns', title: both('Kritik, drøm og realisering'), form: 'columns', per_group: false, marks: [], heads: [], head_title: {},
    lanes: order.map((id, at) => lane(id, titles[id], { color: colors[id], hint: both(hints[id]), later: at > last })),
  };
  const notes = order.flatMap((id, at) => Array.from({ length: [critique, dream, realise][at] }, (_, nth) => {
    const texts = odd ? ODD.concat(SAID) : SAID;
    const text = long && nth % 7 === 3 ? LONG.slice(0, 140) : texts[(nth + at * 3) % texts.length];
    return note(`${id}${String((nth * 7919) % 10007).padStart(5, '0')}`, 'columns', id, text, { spot: spots ? nth + 1 : 0 });
  }));
  return shownOf({ sheet, notes, round: { id: open.join('') || 'close', lanes: open }, piles, texts });
}

/**
 * Wishes, of which some are chosen with a reason, and actions in four lanes, each towards one of them. `open`: the lanes of
 * the round; `themed`: so many of the first wishes lie under a heading; `chosen`: so many are chosen, one of them the theme,
 * each for this `reason`.
 */
export function wishes({ wishes: count = 17, actions = 0, chosen = 0, themed = 0, odd = false, reason = 'Det savnede vi sidst, og det er noget, vi selv kan gøre', open = ['wishes'], texts }) {
  const levels = { individual: 'Individ', group: 'Gruppe', management: 'Ledelse', organisation: 'Organisation' };
  const word = (id, title, more) => ({ id, title: both(title), short: {}, hint: {}, sign: '', color: '', side: '', needs: [], ...more });
  const acts = !open.length || open.includes('individual');
  const sheet = {
    id: 'ahead', title: both('Ønsker og handlinger'), form: 'columns', per_group: false, heads: [], head_title: {},
    links: [{ id: 'towards', title: both('Hører til ønsket'), from: Object.keys(levels), to: ['wishes'], most: 1 }],
    marks: [{ id: 'choice', title: both('Hvad gør vi med ønsket?'), lanes: ['wishes'], words: [word('chosen', 'Valgt', { sign: '✓', color: 'mint', needs: ['reason'] }), word('later', 'Venter', { sign: '…' })] }],
    lanes: [
      lane('wishes', 'Ønsker', { color: 'sky', fields: [{ id: 'reason', title: both('Derfor'), kind: 'text', options: [], none_word: {} }] }),
      ...Object.entries(levels).map(([id, title]) => lane(id, title, { color: 'yellow', later: !acts })),
    ],
  };
  const said = odd ? ODD.concat(SAID) : SAID;
  const made = Array.from({ length: count }, (_, at) => note(`wish${String(at).padStart(3, '0')}`, 'ahead', 'wishes', said[at % said.length], { spot: at + 1 }));
  if (themed) {
    const head = note('theme000', 'ahead', 'wishes', 'Besked i god tid', { kind: 'gathering', spot: 1 });
    for (const one of made.slice(0, themed)) one.under = head.id;
    made.unshift(head);
  }
  const lying = made.filter(({ under }) => !under);
  const picked = lying.slice(0, chosen);
  for (const one of picked) Object.assign(one, { marks: { choice: 'chosen' }, fields: { reason } });
  const steps = Object.keys(levels).flatMap((id, level) => Array.from({ length: actions }, (_, at) => note(`${id}${at}`, 'ahead', id, SAID[(at * 4 + level) % SAID.length], { spot: at + 1, links: { towards: [(picked[at % Math.max(1, picked.length)] ?? made[0]).id] } })));
  return shownOf({ sheet, notes: [...made, ...steps], round: { id: open.join('') || 'close', lanes: open }, texts });
}

/** A dilemma workshop with so many groups. `long`: cells of 400 characters. */
export function dilemmas({ groups = 5, long = false, odd = false, locked = false, fates = true, empty = 0, texts, scene = 'look', holder = '' }) {
  const made = Array.from({ length: groups }, (_, at) => ({ id: `g${at + 1}`, number: at + 1, shown: true }));
  const sheet = {
    id: 'grid', title: both('Dilemmatavle'), form: 'grid', per_group: false, marks: [], head_title: both('Dilemma'), heads: [{
      id: 'fate', title: both('Hvor står dilemmaet nu?'), lanes: [],
      words: Object.entries(FATE_WORDS).map(([id, title]) => ({ id, title: both(title), hint: {}, sign: '', color: '', side: '', needs: [] })),
    }], lanes: [
      lane('one', 'På den ene side', { color: 'sky', hint: both('Det ene hensyn …') }), lane('other', 'På den anden side', { color: 'lilac', hint: both('Det andet hensyn …') }),
      lane('experience', 'Oplevelse', { color: 'yellow' }), lane('relations', 'Kontekst: relationer', { color: 'yellow' }), lane('conditions', 'Kontekst: vilkår', { color: 'yellow' }), lane('history', 'Historik', { color: 'yellow' }),
      lane('actions', 'Handlemuligheder', { color: 'mint', after: ['experience', 'relations', 'conditions', 'history'] }), lane('outcome', 'Udfald', { shows: 'fate' }),
    ],
  };
  const rows = made.map(({ id, number }, at) => ({
    id: `row${number}`, group: id, text: long ? LONG.slice(0, 200) : DILEMMAS[at % DILEMMAS.length], marks: fates && FATES[at % 5] ? { fate: FATES[at % 5] } : {},
    reach: 'all', open: [], locked: locked ? { actions: 'depth_first' } : {}, marks_open: [],
  }));
  const notes = rows.flatMap((row, at) => Object.entries(CELLS).flatMap(([id, texts], column) => {
    if (locked && id === 'actions' || (at >= groups - empty && column > 2)) return [];
    const said = long ? [LONG.slice(0, 400).padEnd(400, ' og så videre')] : odd ? ODD.slice(column % 3, column % 3 + 2) : texts;
    return said.map((text, nth) => note(`${row.id}${id}${nth}`, 'grid', id, text, { row: row.id, spot: nth + 1 }));
  }));
  const turns = holder ? new Map([['groups', { scope: 'groups', holder, queue: made.filter(({ id }) => id !== holder).map(({ id }) => id), later: [], done: [], absent: [], since: 0 }]]) : new Map();
  return shownOf({ sheet, notes, rows, groups: made, round: { id: 'plenum', lanes: [] }, board: { scene }, texts, now: { turns } });
}

/** The groups' own sheets. */
export function own({ groups = 3, each = 4, lanes = ['Styrker', 'Udfordringer', 'Ønsker'], odd = false, texts }) {
  const made = Array.from({ length: groups }, (_, at) => ({ id: `g${at + 1}`, number: at + 1, shown: true }));
  const colors = ['mint', 'coral', 'sky'];
  const sheet = { id: 'own', title: both('Gruppernes ark'), form: 'columns', per_group: true, marks: [], heads: [], head_title: {}, lanes: lanes.map((title, at) => lane(`l${at}`, title, { color: colors[at] })) };
  const said = odd ? ODD.concat(SAID) : SAID;
  const notes = made.flatMap((group, at) => sheet.lanes.flatMap(({ id }, column) => Array.from({ length: each }, (_, nth) => note(
    `${group.id}${id}${nth}`, 'own', id, said[(nth + column * 5 + at * 3) % said.length], { row: group.id, spot: nth + 1 }))));
  return shownOf({ sheet, notes, groups: made, round: { id: 'own', lanes: [] }, texts });
}

/** What is wrong with a picture, and where its notes lie. `least`: the smallest type that is meant to be read, px. */
export function seen(stage, shown, least) {
  const area = { w: stage.clientWidth, h: stage.clientHeight };
  const size = (el) => parseFloat(getComputedStyle(el).fontSize);
  const boxes = [...stage.querySelectorAll('.papers > .note')].map((el) => {
    const [x, y = '0'] = el.style.translate.split(' ');
    return {
      id: el.dataset.note, x: parseFloat(x), y: parseFloat(y), w: el.offsetWidth, h: el.offsetHeight, size: size(el),
      small: el.classList.contains('mini'), given: parseFloat(el.style.minHeight), wide: el.scrollWidth,
    };
  });
  const faults = [];
  const say = (what, box, more = '') => faults.push(`${what} ${box.id} ${more}`);
  boxes.forEach((a, at) => {
    if (a.x < -1 || a.y < -1 || a.x + a.w > area.w + 1 || a.y + a.h > area.h + 1) say('outside', a, JSON.stringify(a));
    if (!a.small && a.size < least) say('too small', a, a.size);
    if (!a.small && a.h > a.given + 1) say('higher than its place', a, `${a.h} > ${a.given}`);
    if (!a.small && a.wide > a.w + 1) say('wider than its place', a);
    const note = shown.note(a.id);
    const lanes = stage.targets.filter((one) => one.lane === note.lane && (!one.row || one.row === note.row));
    if (lanes.length && !lanes.some((one) => a.x >= one.x - 2 && a.y >= one.y - 2 && a.x + a.w <= one.x + one.w + 2 && a.y + a.h <= one.y + one.h + 2)) say('not in its lane', a);
    for (const b of boxes.slice(at + 1)) {
      if (a.x < b.x + b.w - 1 && b.x < a.x + a.w - 1 && a.y < b.y + b.h - 1 && b.y < a.y + a.h - 1) say('over another', a, b.id);
    }
  });
  const words = [...stage.querySelectorAll('.lane-title, .lane-hint, .row-text span:last-child, .row-head span, .row-head-group, .side-title, .panel-title, .grid-head span, .locked-why, .fate, .backs-words')];
  for (const el of words) {
    if (size(el) < least) say('too small', { id: el.className }, `${size(el)} ${el.textContent.trim()}`);
    const [box, around] = [el.getBoundingClientRect(), stage.getBoundingClientRect()];
    if (box.bottom > around.bottom + 2 || box.right > around.right + 2) say('outside', { id: el.className }, el.textContent.trim());
  }
  if (stage.querySelector('.note-stack')) faults.push('a stack');
  for (const el of stage.querySelectorAll('.note.at .extra-word')) if (el.getClientRects().length > 1) faults.push(`a torn word ${el.textContent}`);
  // What was chosen is read beside the notes, whole, and over none of them.
  const listed = stage.querySelector('.chosen-list');
  if (listed) {
    const at = listed.getBoundingClientRect();
    const foot = Math.max(...[...listed.children].map((one) => one.getBoundingClientRect().bottom));
    const below = [...stage.querySelectorAll('.lane-closed, [data-box="later"]')].map((one) => one.getBoundingClientRect().top).filter((top) => top > at.top);
    if (size(listed) < least) say('too small', { id: 'chosen' }, size(listed));
    if (foot > Math.min(stage.getBoundingClientRect().bottom, ...below) + 1) say('lower than its place', { id: 'chosen' });
    for (const one of boxes) if (one.x + one.w > at.left - stage.getBoundingClientRect().left + 1 && one.x < at.right) say('over the list', one);
  }
  return { faults, boxes, drawn: boxes.map(({ id }) => id).sort(), walking: stage.large, parts: stage.parts ?? [], height: area.h };
}
