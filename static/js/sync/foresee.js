/**
 * Foreseeing: what an op that has no answer yet will most likely change in the records, laid over copies of them.
 * A wrong guess is put right by the server's next frame. No rule about who may do what may live here.
 */

/** @typedef {import('../types.js').Op} Op */
/** @typedef {Map<string, any>} Records records by their id, as the server sent them */

/**
 * Lay one unanswered op over copies of the records, as far as the browser can tell what will come of it.
 * Records are replaced, never changed: the confirmed ones stay as the server sent them.
 * @param {Records} audience
 * @param {Records} personal
 * @param {Op} op
 */
export function foresee(audience, personal, { name, args, kept = false }) {
  const me = personal.get('me');
  const upId = `note:${args.note}`;
  const mineId = `mine:${args.note}`;
  /** @param {Records} records @param {string} id @param {object} fields */
  const lay = (records, id, fields) => {
    const record = records.get(id);
    if (record) records.set(id, { ...record, ...fields, pending: true, kept: kept && record.kept !== false });
  };
  /** The records that hold the note: a draft lies in the personal layer. */
  const holder = personal.get(mineId)?.draft ? personal : audience;
  const holderId = holder === personal ? mineId : upId;

  switch (name) {
    case 'write': {
      if (personal.get(mineId) || audience.get(upId)) return;
      const open = me?.write && me.write.sheet === args.sheet && me.write.lanes.includes(args.lane);
      const reach = open && !args.as ? me.write.reach : 'own';
      /** @type {Record<string, any>} */ const note = {
        kind: 'note', side: '', row: '', to: '', until: '', ...args,
        reach, draft: reach === 'own', pending: true, kept, can: ['edit', 'delete'],
      };
      delete note.note;
      if (note.draft) personal.set(mineId, note);
      else {
        audience.set(upId, note);
        personal.set(mineId, { can: note.can });
      }
      return;
    }
    case 'edit':
      return lay(holder, holderId, args.to === undefined ? { text: args.text } : { text: args.text, to: args.to });
    case 'move':
      return lay(holder, holderId, where(args));
    case 'place': {
      const draft = personal.get(mineId);
      if (!draft?.draft) return;
      audience.set(upId, { ...draft, ...where(args), draft: false, reach: me?.place?.reach ?? 'all', pending: true, kept: kept && draft.kept !== false, can: [] });
      personal.set(mineId, { can: draft.can });
      return;
    }
    case 'delete': {
      const record = holder.get(holderId);
      if (!record) return;
      holder.delete(holderId);
      if (personal.get(mineId) || holder === personal) personal.set(`back:${args.note}`, { text: record.text, can: [], pending: true });
      personal.delete(mineId);
      return;
    }
    case 'restore':
      personal.delete(`back:${args.note}`);
      audience.delete(`bin:${args.note}`);
      return;
    case 'ready': {
      if (!me || me.ready === args.on) return;
      personal.set('me', { ...me, ready: args.on });
      const progress = audience.get('progress');
      if (progress) audience.set('progress', { ...progress, ready: Math.max(0, progress.ready + (args.on ? 1 : -1)) });
      return;
    }
    case 'name':
      lay(personal, 'me', { name: args.name });
      if (me) lay(audience, `seat:${me.seat}`, { name: args.name });
      return;
    case 'choose':
      return lay(audience, upId, { chosen: args.on });
    case 'deep':
      return lay(audience, `row:${args.row}`, { deep: true });
    case 'fate':
      return lay(audience, `row:${args.row}`, { fate: args.fate });
    default:
  }
}

/** The place fields of an op's args. @param {Record<string, any>} args */
function where(args) {
  /** @type {Record<string, any>} */ const fields = { lane: args.lane };
  for (const key of ['row', 'side', 'spot']) if (args[key] !== undefined) fields[key] = args[key];
  return fields;
}
