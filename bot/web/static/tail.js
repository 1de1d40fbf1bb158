/** Keeps the newest message in view unless its reader has gone further up. */

const NEAR = 40; // pixels from the end at which a reader still is there

export class Tail {
  #scroller;
  #newer;
  #atEnd = true;
  #top = 0; // where the reader was when last heard of

  /** `scroller` holds `content`, which grows; `newer` is the button to what came while the reader was further up. */
  constructor(scroller, content, newer) {
    [this.#scroller, this.#newer] = [scroller, newer];
    const resized = new ResizeObserver(() => this.#atEnd && this.toEnd()); // a picture takes its place late
    for (const node of [content, scroller]) resized.observe(node);
    scroller.addEventListener("scroll", () => this.#scrolled());
    newer.addEventListener("click", () => this.toEnd());
  }

  toEnd() {
    this.#atEnd = true;
    this.#newer.hidden = true;
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
    this.#top = this.#scroller.scrollTop;
  }

  /** More was said: it comes into view, or a reader further up is told when it is news. */
  follow(isNews) {
    if (this.#atEnd) this.toEnd();
    else if (isNews) this.#newer.hidden = false;
  }

  #scrolled() {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller;
    const near = scrollHeight - scrollTop - clientHeight < NEAR;
    // Further down than before and yet not at the end: more came between the scrolling and the browser's word of it.
    if (near || scrollTop < this.#top) this.#atEnd = near;
    if (near) this.#newer.hidden = true;
    this.#top = scrollTop;
  }
}
