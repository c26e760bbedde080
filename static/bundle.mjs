/**
 * Bundles the participant's page into few files, so that a phone asks for few: `node bundle.mjs FOLDER`, by build.py.
 *
 * The modules stay as they are written, one after another and with their names, so that they can be read in a browser.
 * What the page imports later is a file of its own, and so are the libraries' and other pages' modules that it does not
 * begin with. FOLDER/bundle.json says in which file each module lies, and how it read: the server sends the files only
 * while all modules still read so.
 *
 * What may not live here: rules of a screen, and modules of other pages.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { rollup } from 'rollup';

const HERE = import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname);
const inside = (name) => path.join(HERE, name);
const named = (id) => path.relative(HERE, id).split(path.sep).join('/');

const ENTRY = inside('js/main.js');
/** With these the connection can be made: the first file. */
const FIRST = [ENTRY, ...['sync/store.js', 'sync/connection.js', 'pages/phone.js'].map((name) => inside(`js/${name}`))];
/** The panes: they come while the connection is made. */
const PANES = inside('js/pages/phone/page.js');
/** Fetched by their own addresses. */
const ELSEWHERE = /\/js\/pages\/(?:front|join|wall|console)\.js$|\/lib\/hyphen-/;

/** Modules that are imported before any of `ids` runs. */
function closure(ids, info) {
  const found = new Set();
  const ask = [...ids];
  for (let id = ask.pop(); id; id = ask.pop()) {
    if (found.has(id)) continue;
    found.add(id);
    ask.push(...(info(id)?.importedIds ?? []).filter((other) => !ELSEWHERE.test(other)));
  }
  return found;
}

/** Files that a module names by its own address lie where they lay. */
const addresses = {
  name: 'addresses',
  resolveImportMeta(property, { chunkId, moduleId }) {
    if (property !== 'url') return null;
    const from = path.posix.relative(path.posix.dirname(`lib/phone/${chunkId}`), named(moduleId));
    return `new URL(${JSON.stringify(from)}, import.meta.url).href`;
  },
};

const into = process.argv[2];
mkdirSync(into, { recursive: true });
const bundle = await rollup({
  input: { phone: ENTRY }, plugins: [addresses], external: (id) => ELSEWHERE.test(id), preserveEntrySignatures: false,
  onwarn: (warning) => { throw new Error(warning.message); },
});
let first;
let panes;
const { output } = await bundle.generate({
  format: 'es', entryFileNames: '[name].js', chunkFileNames: '[name].js', hoistTransitiveImports: false,
  // The libraries' licence lines, which lie at the head of their files.
  banner: ({ moduleIds }) => moduleIds.filter((id) => named(id).startsWith('lib/'))
    .map((id) => readFileSync(id, 'utf8').match(/^\/\*.*?\*\//)?.[0] ?? '').join('\n'),
  manualChunks(id, { getModuleInfo }) {
    first ??= closure(FIRST, getModuleInfo);
    panes ??= closure([PANES], getModuleInfo);
    return first.has(id) ? 'phone' : panes.has(id) ? 'panes' : undefined;
  },
});
const sources = {};
for (const { fileName, code, moduleIds } of output) {
  writeFileSync(path.join(into, fileName), code);
  for (const id of moduleIds) sources[named(id)] = { file: fileName, sha256: createHash('sha256').update(readFileSync(id)).digest('hex') };
}
writeFileSync(path.join(into, 'bundle.json'), `${JSON.stringify(sources, null, 1)}\n`);
