/** What the agent's hands do: keys and clicks, each with one meaning. */

import * as keys from "./keys.js";
import { TABS } from "./store.js";
import { FLAGS, REASONS } from "./words.js";

/** Bind keyboard, buttons and forms to the desk. */
export function bind(desk) {
  const { page, acts, composer, list, suggestions } = desk;
  const open = (act) => () => void (desk.open && act());
  const mine = (act) => () => void (desk.isMine() && act(desk.row()));
  const offered = (act) => () => void (desk.open && desk.store.isOffered(desk.row() ?? {}) && act(desk.row()));
  const number = (n) => open(() => suggestions.at(n) && take(desk, suggestions.at(n)));

  keys.fill(page["keys-list"]);
  keys.listen({
    j: () => step(desk, 1), k: () => step(desk, -1), g: () => turnTab(list), c: () => void claim(desk),
    r: mine((row) => acts.resolve(row)), t: mine((row) => acts.transfer(row)), a: offered((row) => accept(desk, row)),
    d: offered((row) => acts.decline(row.id)), x: open(() => reject(desk)),
    1: number(1), 2: number(2), 3: number(3), i: open(() => page.draft.focus()), e: open(() => composer.edit()),
    f: open(() => desk.promises.first && desk.promises.keep(desk.promises.first)),
    p: open(() => desk.promises.first && desk.promises.correct(desk.promises.first)),
    h: () => location.assign("/desk/handover"), m: open(() => void desk.tempers.mark()),
    s: open(() => void desk.similar.copy()),
    w: open(() => desk.advice.rewrite()), "/": open(() => desk.quick.open()), "?": () => page.keys.showModal(),
    Enter: (event) => enter(desk, event), Escape: () => escape(desk),
  });
  suggestions.take = (suggestion) => take(desk, suggestion);
  composer.shortcut = (typed) => shortcut(desk, typed);
  page.claim.addEventListener("click", () => claim(desk));
  page.release.addEventListener("click", mine((row) => acts.release(row)));
  page.transfer.addEventListener("click", mine((row) => acts.transfer(row)));
  page.resolve.addEventListener("click", mine((row) => acts.resolve(row)));
  page.accept.addEventListener("click", offered((row) => accept(desk, row)));
  page.decline.addEventListener("click", offered((row) => acts.decline(row.id)));
  page.help.addEventListener("click", () => page.keys.showModal());
  for (const button of document.querySelectorAll("[data-to]")) {
    button.addEventListener("click", () => desk.show(button.dataset.to));
  }
  page["note-flag"].append(...Object.entries(FLAGS).map(([flag, title]) => new Option(title, flag)));
  page["note-reason"].append(new Option("—", ""), ...Object.entries(REASONS).map(([key, title]) => new Option(title, key)));
  page.note.addEventListener("submit", (event) => note(desk, event));
}

/** Fill the draft with a suggestion, but never over words of the agent's own. Who was typing goes on typing; others
 * stay on the suggestion, where Enter sends it and E edits it. */
function take(desk, suggestion) {
  const { text, taken } = desk.drafts.of(desk.open);
  if (text && text !== taken?.text) return desk.composer.notice("输入框里有您写的话：先发送或清空，再采用建议");
  const typing = document.activeElement === desk.page.draft;
  desk.composer.take(suggestion);
  return typing ? desk.composer.edit() : desk.suggestions.focus(suggestion.id);
}

/** What a first character typed into an empty draft stands for; true when it was a command. Asked after the character
 * has arrived, so it works whatever the input method does with its key. */
function shortcut(desk, typed) {
  if (typed === "/" || typed === "、") {
    desk.quick.open();
    return true;
  }
  const suggestion = /^[1-3]$/.test(typed) ? desk.suggestions.at(Number(typed)) : null;
  if (suggestion) take(desk, suggestion);
  return Boolean(suggestion);
}

async function claim(desk) {
  if (!desk.open) {
    const [first] = desk.store.listed("queue");
    if (!first) return;
    await desk.choose(first.id);
  }
  const id = desk.open;
  const mine = desk.isMine() || (await desk.acts.claim(id));
  if (mine && desk.open === id) desk.page.draft.focus();
}

async function accept(desk, row) {
  if ((await desk.acts.accept(row.id)) && desk.open === row.id) desk.page.draft.focus();
}

async function reject(desk) {
  const suggestion = desk.suggestions.meant;
  if (!suggestion) return desk.composer.notice("先按 1–3 选一条建议，再按 X");
  if (!(await desk.acts.reject(desk.open, suggestion))) return undefined;
  if (desk.drafts.of(desk.open).taken?.id === suggestion.id) desk.composer.write("", null);
  return desk.load();
}

function step(desk, by) {
  const id = desk.list.next(by);
  if (id) desk.choose(id);
}

function turnTab(list) {
  const tabs = Object.keys(TABS);
  list.open(tabs[(tabs.indexOf(list.tab) + 1) % tabs.length]);
}

/** Enter sends from the draft and from a taken suggestion; elsewhere it is the browser's, or leads to the draft. */
function enter(desk, event) {
  const { page, composer } = desk;
  const { target, repeat, shiftKey } = event;
  if (repeat) return undefined; // a key held down is one press
  if (target === page.draft) return shiftKey ? false : void composer.send();
  if (page.suggestions.contains(target) && target.getAttribute("aria-pressed") === "true") return void composer.send();
  if (target.closest("input, textarea, select, button, a, summary")) return false;
  return void (desk.open && page.draft.focus());
}

function escape(desk) {
  const { text, taken } = desk.drafts.of(desk.open);
  if (taken && taken.text === text) desk.composer.write("", null);
  else document.activeElement?.blur();
}

async function note(desk, event) {
  event.preventDefault();
  const written = Object.fromEntries(new FormData(desk.page.note));
  if (!written.text.trim() || !(await desk.acts.note(desk.open, written))) return;
  desk.page.note.reset();
  desk.load();
}
