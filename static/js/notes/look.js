/**
 * How a note looks from its id alone: its colour (`color(note, shown)`) and its tilt (`tilt(note)`),
 * the same on every screen. No drawing may live here.
 */
export { COLORS, color, steady, tilt } from '../sync/store.js';
