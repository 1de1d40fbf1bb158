/** Lists whose items keep their nodes, so that focus and place stay where they are while all around them changes. */

export class Keyed {
  #list;
  #make;
  #items = new Map(); // key → what `make` gave: its node and its parts

  /** `make(key)` gives an item with its `node`. */
  constructor(list, make) {
    this.#list = list;
    this.#make = make;
  }

  /** Show these, in this order; `fill(item, value)` brings each up to date. */
  show(values, keyOf, fill) {
    const focused = document.activeElement;
    const keys = new Set(values.map(keyOf));
    for (const [key, item] of this.#items) {
      if (!keys.has(key)) item.node.remove(), this.#items.delete(key);
    }
    values.forEach((value, index) => {
      const item = this.#item(keyOf(value));
      if (this.#list.children[index] !== item.node) this.#list.insertBefore(item.node, this.#list.children[index] ?? null);
      fill(item, value);
    });
    if (document.activeElement !== focused && focused.isConnected) focused.focus(); // moving a node loses its focus
  }

  #item(key) {
    if (!this.#items.has(key)) this.#items.set(key, this.#make(key));
    return this.#items.get(key);
  }
}
