/** What a customer sends besides words: pictures, and cards of an order or a product. */

import { make, pairs } from "../shown.js";
import { asOf } from "./words.js";

/** Hosts that the operator allows (img.example.com, *.example.com); the page's policy names the same. */
const HOSTS = (document.body.dataset.pictures ?? "").split(" ").filter(Boolean);
const WITH_PICTURE = ["image", "sticker", "product_card"];

/** Whether a message's picture may be loaded. Any other would tell a stranger's server that somebody reads here. */
export function hasPicture(message) {
  if (!WITH_PICTURE.includes(message.type) || !URL.canParse(message.url)) return false;
  const { protocol, host, username } = new URL(message.url);
  const isNamed = HOSTS.some((one) => (one.startsWith("*.") ? host.endsWith(one.slice(1)) : host === one));
  return protocol === "https:" && !username && isNamed;
}

/** What lies elsewhere, opened in a tab of its own and only on demand. */
export function linkTo(url, className, ...content) {
  const link = make("a", className);
  Object.assign(link, { href: url, target: "_blank", rel: "noopener noreferrer" });
  link.append(...content);
  return link;
}

/** The picture itself, which opens the original; `failed` is called when it cannot be loaded. */
export function pictureOf(message, failed) {
  const image = new Image();
  Object.assign(image, { alt: "客户发来的图片", loading: "lazy", referrerPolicy: "no-referrer", onerror: failed });
  image.src = message.url; // last: what stands above holds for the request, too
  return linkTo(message.url, "picture", image);
}

/** An order or a product as far as the shop has told of it: else its number alone. */
export function cardOf({ type, card }) {
  const node = make("div", "thing");
  node.append(...(type === "order_card" ? order(card) : product(card)).filter(Boolean));
  return node;
}

function order({ id, order: known }) {
  const title = make("p", "title", `订单 ${id}`);
  if (!known) return [title];
  title.append(" ", make("span", "mark", known.state));
  return [title, pairs({
    商品: known.items, 金额: known.amount && `${known.amount}元`, 收货人: known.receiver,
    更新: known.live ? "" : asOf(known),
  })];
}

function product({ id, title, price }) {
  if (!title) return [make("p", "title", `商品 ${id}`)];
  return [make("p", "title", title), pairs({ 价格: price && `${price}元`, 编号: id })];
}
