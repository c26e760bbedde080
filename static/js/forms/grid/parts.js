/** The parts of a grid: its rows. Of one with too much to be read at a time first the two sides, then what lies behind them and can be done. */
import { groupName, rowsInOrder } from '../../notes/query.js';
import { MOST, ordered, partsOf } from '../parts.js';
import { columnsOf } from './columns.js';

/** The rows that all see, as parts. @param {import('../../types.js').Shown} shown @param {import('../../types.js').Sheet} sheet */
export function rowParts(shown, sheet) {
  const { sides, depth, actions, outcome } = columnsOf(sheet.lanes);
  const blocks = [sides, depth, outcome ? [...actions, outcome] : actions];
  return partsOf(rowsInOrder(shown).filter((row) => row.reach === 'all').map((row) => ({
    id: row.id, row: row.id, title: groupName(row, shown) || row.text,
    blocks: blocks.map((lanes) => lanes.flatMap((lane) => ordered(shown, sheet.id, row.id, lane.id))),
  })), MOST.row);
}
