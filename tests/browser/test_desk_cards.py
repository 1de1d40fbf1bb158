"""Pictures and cards in the conversation: what may be loaded is shown, and nothing else is asked for."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, BrowserContext, Route, expect

from tests.browser.agent import Agent, account
from tests.browser.axe import faults
from tests.browser.lead import at_the_wall
from tests.browser.looks import OUT_OF_SIGHT, PALE_TEXTS, UNLABELLED
from tests.browser.stage import PICTURE, Stage

pytestmark = pytest.mark.browser

ALLOWED, BELOW = PICTURE, "https://a.cdn.example/shirt.svg"
GONE = "https://img.example.com/gone.svg"
FOREIGN = (
    "https://stranger.example/a.svg", "https://cdn.example/a.svg", "https://img.example.com.stranger.example/a.svg",
    "https://img.example.com:8443/a.svg", "http://img.example.com/a.svg", "https://user@img.example.com/a.svg",
)  # fmt: skip
_DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" width="600" height="800"><rect width="99%" height="99%"/></svg>'
#: What a script could do if one ever got into the page.
_TRY_TO_LOAD = "url => new Promise((done) => Object.assign(new Image(), { onerror: done, src: url }))"

#: The second growth comes before the browser tells of the scrolling after the first, as a picture's does.
_GROW_TWICE = """() => {
    const scroller = document.querySelector("#scroller");
    const last = document.querySelector("#log > li:last-child .bubble");
    const [space, end] = ["div", "span"].map((tag) => last.appendChild(document.createElement(tag)));
    end.textContent = "末尾";
    space.style.height = "1000px";
    scroller.scrollTop = scroller.scrollHeight;
    space.style.height = "2000px";
}"""


@dataclass
class Elsewhere:
    """The rest of the world: gives out pictures, and remembers what it was asked for."""

    asked: list[str] = field(default_factory=list)
    referrers: list[str] = field(default_factory=list)

    def answer(self, route: Route) -> None:
        """One picture, or none."""
        self.asked.append(route.request.url)
        self.referrers += [value for name, value in route.request.headers.items() if name == "referer"]
        if "gone" in route.request.url:
            route.fulfill(status=404)
        else:
            route.fulfill(body=_DRAWING, content_type="image/svg+xml")

    def surround(self, context: BrowserContext) -> None:
        """Whatever a browser asks of any other host comes here."""
        context.route(lambda url: "127.0.0.1" not in url, self.answer)


@pytest.fixture(scope="module")
def server_settings() -> dict[str, str]:
    """The operator names hosts of pictures."""
    return {"KEFU_IMAGE_HOSTS": "img.example.com, *.cdn.example"}


@pytest.fixture
def elsewhere(mei: Agent) -> Elsewhere:
    """What lies around the agent's browser."""
    around = Elsewhere()
    around.surround(mei.page.context)
    return around


def sends(stage: Stage, name: str, *urls: str) -> None:
    """A customer asks for a human, and sends pictures."""
    stage.say(name, f"转人工，{name}", {})
    for url in urls:
        stage.send(name, {"type": "image", "url": url})


def test_a_picture_of_a_named_host_is_shown_and_opens_in_a_tab_of_its_own(
    mei: Agent, stage: Stage, elsewhere: Elsewhere
) -> None:
    sends(stage, "我是甲", ALLOWED, BELOW)
    mei.choose("我是甲")
    pictures = mei.page.get_by_role("log").get_by_role("link").get_by_role("img", name="客户发来的图片")
    expect(pictures).to_have_count(2)
    for picture in pictures.all():
        picture.scroll_into_view_if_needed()
        assert picture.evaluate("image => image.decode().then(() => image.naturalHeight)") == 800
        box = picture.bounding_box()
        assert box is not None
        assert (round(box["width"]), round(box["height"])) == (165, 220)
    assert sorted(set(elsewhere.asked)) == sorted([ALLOWED, BELOW])
    assert elsewhere.referrers == []
    with mei.page.context.expect_page() as opened:
        pictures.first.click()
    expect(opened.value).to_have_url(ALLOWED)
    assert opened.value.evaluate("window.opener") is None
    assert mei.complaints == []
    assert mei.page.evaluate("window.violations") == []


def test_a_picture_that_comes_live_is_shown_whole_at_the_end(mei: Agent, stage: Stage, elsewhere: Elsewhere) -> None:
    stage.say("我是乙", "转人工，我是乙", {})
    mei.choose("我是乙")
    for _ in range(6):
        stage.send("我是乙", {"type": "image", "url": ALLOWED})
    picture = mei.page.get_by_role("img", name="客户发来的图片")
    expect(picture).to_have_count(6)
    expect(picture.last).to_have_js_property("naturalHeight", 800)
    expect(picture.last).to_be_in_viewport(ratio=1)
    assert elsewhere.asked


def test_the_newest_stays_in_view_when_a_picture_takes_its_place_before_the_scrolling_is_told(
    mei: Agent, stage: Stage
) -> None:
    stage.say("我是己", "转人工，我是己", {})
    mei.choose("我是己")
    mei.page.evaluate(_GROW_TWICE)
    expect(mei.page.get_by_text("末尾")).to_be_in_viewport(ratio=1)
    stage.send("我是己", {"type": "text", "text": "还在吗？"})
    expect(mei.bubbles("customer").last).to_have_text("还在吗？")
    expect(mei.bubbles("customer").last).to_be_in_viewport(ratio=1)
    mei.bubbles("customer").first.scroll_into_view_if_needed()
    stage.send("我是己", {"type": "text", "text": "有人吗？"})
    expect(mei.page.get_by_role("button", name="有新消息")).to_be_visible()
    expect(mei.bubbles("customer").first).to_be_in_viewport(ratio=1)


def test_a_picture_of_any_other_host_stays_a_link_and_is_not_asked_for(
    mei: Agent, stage: Stage, elsewhere: Elsewhere
) -> None:
    sends(stage, "我是丙", *FOREIGN, ALLOWED)
    mei.choose("我是丙")
    expect(mei.page.get_by_role("img", name="客户发来的图片")).to_have_count(1)
    links = mei.page.get_by_role("log").get_by_role("link", name="查看原件")
    expect(links).to_have_count(len(FOREIGN))
    assert [link.get_attribute("href") for link in links.all()] == list(FOREIGN)
    expect(mei.page.get_by_role("img", name="客户发来的图片")).to_have_js_property("naturalHeight", 800)
    assert elsewhere.asked == [ALLOWED]
    mei.page.evaluate(_TRY_TO_LOAD, FOREIGN[0])
    assert elsewhere.asked == [ALLOWED]
    assert mei.page.evaluate("window.violations") == ["img-src"]


def test_a_picture_that_cannot_be_loaded_falls_back_to_its_link(
    mei: Agent, stage: Stage, elsewhere: Elsewhere
) -> None:
    sends(stage, "我是丁", GONE)
    mei.choose("我是丁")
    expect(mei.bubbles("customer").last).to_have_text("[图片] 查看原件")
    expect(mei.page.get_by_role("link", name="查看原件")).to_have_attribute("href", GONE)
    expect(mei.page.get_by_role("img", name="客户发来的图片")).to_have_count(0)
    assert elsewhere.asked == [GONE]


def test_cards_tell_what_is_known_live_and_later_and_to_a_lead(
    mei: Agent, stage: Stage, elsewhere: Elsewhere, browser: Browser
) -> None:
    stage.say("我是戊", "转人工，我是戊", {})
    mei.choose("我是戊")
    stage.show_cards("我是戊", "3948571029384711")
    things = mei.page.get_by_role("log").locator(".thing")
    expect(things).to_have_count(4)
    live = things.all_inner_texts()
    for words in ("订单 3948571029384711", "待发货", "羊绒围巾", "199元", "林** 138****5678"):
        assert words in live[0]
    assert live[1] == "订单 39485710293847119"
    assert live[2].endswith("P100")
    assert "元" in live[2]
    assert live[3] == "商品 P404"
    mei.page.reload()
    mei.choose("我是戊")
    assert things.all_inner_texts() == live
    password = account(stage.server, "张姐", "--role", "lead")
    with at_the_wall(browser, stage.server, "张姐", password) as lead:
        elsewhere.surround(lead.page.context)
        lead.look("我是戊")
        shown = lead.page.get_by_role("log").locator(".thing")
        expect(shown).to_have_text(things.all_text_contents())
        expect(lead.page.get_by_role("img", name="客户发来的图片")).to_have_count(2)
        assert lead.page.evaluate(PALE_TEXTS) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_cards_and_pictures_can_be_read_on_a_laptop_and_on_a_phone(
    mei: Agent, stage: Stage, elsewhere: Elsewhere, scheme: str
) -> None:
    name = {"light": "我是庚", "dark": "我是辛"}[scheme]
    stage.say(name, f"转人工，{name}", {})
    stage.show_cards(name, {"light": "3948571029384721", "dark": "3948571029384722"}[scheme])
    mei.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    mei.choose(name)
    expect(mei.page.get_by_role("img", name="客户发来的图片").last).to_have_js_property("naturalHeight", 800)
    for width, height in ((1280, 720), (360, 740)):
        mei.page.set_viewport_size({"width": width, "height": height})
        assert mei.page.evaluate(PALE_TEXTS) == []
        assert mei.page.evaluate(UNLABELLED) == []
        assert mei.page.evaluate(OUT_OF_SIGHT) == []
        assert faults(mei.page) == []
    assert elsewhere.asked
