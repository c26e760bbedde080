/**
 * Bundles what lays a map on a poster into one file: `node print.mjs FOLDER`, by build.py. The process that makes files runs
 * it (server/export/maps.py); no page fetches it.
 *
 * FOLDER/bundle.json says of which modules it is made, and how they read.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { rollup } from 'rollup';

const HERE = import.meta.dirname ?? path.dirname(new URL(import.meta.url).pathname);

const into = process.argv[2];
mkdirSync(into, { recursive: true });
const bundle = await rollup({
  input: path.join(HERE, 'js/forms/map/printed.js'),
  onwarn: (warning) => { throw new Error(warning.message); },
});
const { output: [{ code, moduleIds }] } = await bundle.generate({ format: 'iife', name: 'printed' });
writeFileSync(path.join(into, 'map.js'), code);
const digest = (id) => createHash('sha256').update(readFileSync(id)).digest('hex');
const sources = Object.fromEntries(moduleIds.map((id) => [path.relative(HERE, id).split(path.sep).join('/'), { file: 'map.js', sha256: digest(id) }]));
writeFileSync(path.join(into, 'bundle.json'), `${JSON.stringify(sources, null, 1)}\n`);
