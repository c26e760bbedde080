/** How to join, for the wall and the console: fetches `GET /api/board/{b}/door` and keeps the last answer. */

/**
 * @typedef {object} DoorInfo
 * @property {string} code
 * @property {string} url
 * @property {{size: number, path: string}} qr
 * @property {string[]} [addresses]
 * @property {number} [sitting]  the sitting for which code and links were made (SPEC R41)
 * @property {string} [listen]
 * @property {{size: number, path: string}} [listen_qr]
 * @property {string} [wall]
 * @property {string} [leader]  the leader edition
 * @property {string} [notice]  the noticeboard of a programme
 * @property {number} [other_keys]  how many other keys the facilitator has
 * @property {string[]} [returns]  the seats for which a return link can be opened
 *
 * @typedef {object} DoorChange
 * @property {string} [address]
 * @property {'join' | 'listen' | 'wall' | 'leader' | 'notice'} [renew]
 * @property {'listen' | 'wall' | 'leader' | 'notice' | 'other_keys' | 'returns'} [withdraw]
 * @property {string} [seat]
 */

const AGAIN = 20_000;
const SOON = 3_000;
const ONCE_MORE = 300;

export class Door {
  /** @type {DoorInfo | null} */ info = null;
  /** The reason of the last failure; '' after a success. */
  problem = '';
  #context;
  /** @type {ReturnType<typeof setTimeout> | 0} */ #timer = 0;
  /** @type {ReturnType<typeof setTimeout> | 0} */ #asked = 0;

  /** @param {import('../types.js').Context} context */
  constructor(context) {
    this.#context = context;
    addEventListener('visibilitychange', () => document.visibilityState === 'visible' && void this.look());
  }

  /**
   * The answer, unless it is of another sitting: then it is asked for once more, and nobody is shown a code that is over.
   * @param {{ sitting?: number } | null} board
   */
  of(board) {
    // A process of an earlier release knows of no sittings.
    if (!this.info || (this.info.sitting ?? 0) === (board?.sitting ?? 0)) return this.info;
    this.#asked ||= setTimeout(() => {
      this.#asked = 0;
      void this.look();
    }, ONCE_MORE);
    return null;
  }

  /** Fetch now and then at intervals: address and code may be changed on the console. */
  async look() {
    await this.#ask();
  }

  /** Change the address, or renew or withdraw one of the links. @param {DoorChange} body */
  async change(body) {
    await this.#ask(body);
  }

  /** @param {DoorChange} [body] */
  async #ask(body) {
    clearTimeout(this.#timer);
    const { call } = await this.#context.api();
    try {
      const path = `/api/board/${encodeURIComponent(this.#context.board)}/door`;
      const info = await call(path, { token: this.#context.token(), body });
      const same = JSON.stringify(info) === JSON.stringify(this.info) && !this.problem;
      this.info = info;
      this.problem = '';
      if (!same) this.#context.redraw();
    } catch (error) {
      this.problem = /** @type {{reason?: string}} */ (error).reason ?? 'offline';
      this.#context.redraw();
    }
    const hidden = document.visibilityState === 'hidden';
    // A workshop that is deleted does not come back.
    if (!hidden && this.problem !== 'gone') this.#timer = setTimeout(() => void this.look(), this.problem ? SOON : AGAIN);
  }
}
