"""What can be measured of a page's looks and labels, in the page itself."""

from __future__ import annotations

#: Texts that stand out from what is behind them by less than WCAG 2.2's 4.5 : 1, as "text ratio".
PALE_TEXTS = """() => {
    const parts = (color) => {
        const [red, green, blue, alpha = 1] = color.match(/[\\d.]+/g).map(Number);
        return { rgb: [red, green, blue], alpha };
    };
    const over = (front, back) => front.rgb.map((value, i) => value * front.alpha + back[i] * (1 - front.alpha));
    const behind = (node) => {
        if (!node) return [255, 255, 255];
        const own = parts(getComputedStyle(node).backgroundColor);
        return own.alpha === 1 ? own.rgb : over(own, behind(node.parentElement));
    };
    const light = (rgb) => {
        const [r, g, b] = rgb.map((v) => (v / 255 <= 0.04045 ? v / 3294.6 : ((v / 255 + 0.055) / 1.055) ** 2.4));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const pale = [];
    for (let text = texts.nextNode(); text; text = texts.nextNode()) {
        const node = text.parentElement;
        if (!text.data.trim() || !node.checkVisibility() || node.closest("[disabled], noscript, option")) continue;
        const back = behind(node);
        const [a, b] = [light(over(parts(getComputedStyle(node).color), back)), light(back)];
        const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
        if (ratio < 4.5) pale.push(`${text.data.trim()} ${ratio.toFixed(2)}`);
    }
    return pale;
}"""

#: Controls without a name, ids that are there twice, and references to ids that are not there.
UNLABELLED = """() => {
    const named = (node) =>
        [node.ariaLabel, node.textContent, node.title, ...[...(node.labels ?? [])].map((label) => label.textContent),
         ...[...node.querySelectorAll("img")].map((image) => image.alt)]
            .some((text) => text?.trim()) && !(node.matches("select") && !node.labels.length);
    const controls = [...document.querySelectorAll("button, input:not([type=hidden]), select, textarea, summary, a")];
    const ids = [...document.querySelectorAll("[id]")].map((node) => node.id);
    const pointing = ["aria-labelledby", "aria-controls", "aria-describedby", "aria-activedescendant", "for"];
    const dangling = pointing.flatMap((name) =>
        [...document.querySelectorAll(`[${name}]`)].map((node) => node.getAttribute(name)).filter(
            (id) => id && !ids.includes(id)));
    return [
        ...controls.filter((node) => !named(node)).map((node) => node.outerHTML),
        ...ids.filter((id, index) => ids.indexOf(id) !== index),
        ...dangling,
    ];
}"""

#: Whatever can be pressed and lies outside of the window, and the page itself when it scrolls.
OUT_OF_SIGHT = """() => {
    const { innerWidth: width, innerHeight: height } = window;
    const root = document.documentElement;
    const fixed = [...document.querySelectorAll(".top *, .tabs *, .who *, .composer *")];
    const outside = fixed.filter((node) => node.checkVisibility() && !node.closest(".menu, .unseen")).filter((node) => {
        const box = node.getBoundingClientRect();
        return box.left < 0 || box.top < 0 || box.right > width + 0.5 || box.bottom > height + 0.5;
    });
    const wide = [...document.querySelectorAll(".shelf, .scroller, .side, .write, .suggestions, .top")].filter(
        (node) => node.scrollWidth > node.clientWidth);
    const scrolls = root.scrollHeight > height || root.scrollWidth > width ? ["the page scrolls"] : [];
    return [...scrolls, ...[...outside, ...wide].map((node) => node.id || node.className)];
}"""
