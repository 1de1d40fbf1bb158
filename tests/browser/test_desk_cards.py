"""Pictures and cards in the conversation: what may be loaded is shown, and nothing else is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, BrowserContext, Route, expect

from tests.browser.agent import Agent, account, at_the_desk
from tests.browser.axe import faults
from tests.browser.lead import at_the_wall
from tests.browser.looks import OUT_OF_SIGHT, PALE_TEXTS, UNLABELLED
from tests.browser.screens import Stage
from tests.browser.visitor import PATIENCE
from tests.server import Server

pytestmark = pytest.mark.browser

ALLOWED, BELOW = "https://img.example.com/shirt.svg", "https://a.cdn.example/shirt.svg"
GONE = "https://img.example.com/gone.svg"
FOREIGN = (
    "https://stranger.example/a.svg", "https://cdn.example/a.svg", "https://img.example.com.stranger.example/a.svg",
    "https://img.example.com:8443/a.svg", "http://img.example.com/a.svg", "https://user@img.example.com/a.svg",
)  # fmt: skip
_DRAWING = '<svg xmlns="http://www.w3.org/2000/svg" width="600" height="800"><rect width="99%" height="99%"/></svg>'
#: What a script could do if one ever got into the page.
_TRY_TO_LOAD = "url => new Promise((done) => Object.assign(new Image(), { onerror: done, src: url }))"
_ITEMS = [{"product": "P100", "title": "羊绒围巾", "quantity": 1}]


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
def server(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A shop whose operator names hosts of pictures."""
    hosts = {"KEFU_IMAGE_HOSTS": "img.example.com, *.cdn.example"}
    demo = Server(tmp_path_factory.mktemp("demo"), hosts, arguments=("--demo",))
    try:
        demo.start(seconds=90)
        yield demo
    finally:
        demo.stop()


@pytest.fixture(scope="module")
def stage(server: Server, browser: Browser) -> Stage:
    """Its customers and products."""
    return Stage(server, browser)


@pytest.fixture
def agent(browser: Browser, server: Server, stage: Stage) -> Iterator[Agent]:
    """小美 at her desk."""
    with at_the_desk(browser, server, "小美", stage.password, {"reduced_motion": "reduce"}) as agent:
        yield agent


@pytest.fixture
def elsewhere(agent: Agent) -> Elsewhere:
    """What lies around the agent's browser."""
    around = Elsewhere()
    around.surround(agent.page.context)
    return around


def sends(stage: Stage, name: str, *urls: str) -> None:
    """A customer asks for a human, and sends pictures."""
    stage.say(name, f"转人工，{name}", {})
    for url in urls:
        stage.send(name, {"type": "image", "url": url})


def test_a_picture_of_a_named_host_is_shown_and_opens_in_a_tab_of_its_own(
    agent: Agent, stage: Stage, elsewhere: Elsewhere
) -> None:
    sends(stage, "我是甲", ALLOWED, BELOW)
    agent.choose("我是甲")
    pictures = agent.page.get_by_role("log").get_by_role("link").get_by_role("img", name="客户发来的图片")
    expect(pictures).to_have_count(2)
    for picture in pictures.all():
        picture.scroll_into_view_if_needed()
        assert picture.evaluate("image => image.decode().then(() => image.naturalHeight)") == 800
        box = picture.bounding_box()
        assert box is not None
        assert (round(box["width"]), round(box["height"])) == (165, 220)
    assert sorted(set(elsewhere.asked)) == sorted([ALLOWED, BELOW])
    assert elsewhere.referrers == []
    with agent.page.context.expect_page() as opened:
        pictures.first.click()
    expect(opened.value).to_have_url(ALLOWED)
    assert opened.value.evaluate("window.opener") is None
    assert agent.complaints == []
    assert agent.page.evaluate("window.violations") == []


def test_a_picture_that_comes_live_is_shown_whole_at_the_end(agent: Agent, stage: Stage, elsewhere: Elsewhere) -> None:
    stage.say("我是乙", "转人工，我是乙", {})
    agent.choose("我是乙")
    for _ in range(6):
        stage.send("我是乙", {"type": "image", "url": ALLOWED})
    picture = agent.page.get_by_role("img", name="客户发来的图片")
    expect(picture).to_have_count(6, timeout=PATIENCE)
    expect(picture.last).to_have_js_property("naturalHeight", 800)
    expect(picture.last).to_be_in_viewport(ratio=1)
    assert elsewhere.asked


def test_a_picture_of_any_other_host_stays_a_link_and_is_not_asked_for(
    agent: Agent, stage: Stage, elsewhere: Elsewhere
) -> None:
    sends(stage, "我是丙", *FOREIGN, ALLOWED)
    agent.choose("我是丙")
    expect(agent.page.get_by_role("img", name="客户发来的图片")).to_have_count(1)
    links = agent.page.get_by_role("log").get_by_role("link", name="查看原件")
    expect(links).to_have_count(len(FOREIGN))
    assert [link.get_attribute("href") for link in links.all()] == list(FOREIGN)
    expect(agent.page.get_by_role("img", name="客户发来的图片")).to_have_js_property("naturalHeight", 800)
    assert elsewhere.asked == [ALLOWED]
    agent.page.evaluate(_TRY_TO_LOAD, FOREIGN[0])
    assert elsewhere.asked == [ALLOWED]
    assert agent.page.evaluate("window.violations") == ["img-src"]


def test_a_picture_that_cannot_be_loaded_falls_back_to_its_link(
    agent: Agent, stage: Stage, elsewhere: Elsewhere
) -> None:
    sends(stage, "我是丁", GONE)
    agent.choose("我是丁")
    expect(agent.bubbles("customer").last).to_have_text("[图片] 查看原件")
    expect(agent.page.get_by_role("link", name="查看原件")).to_have_attribute("href", GONE)
    expect(agent.page.get_by_role("img", name="客户发来的图片")).to_have_count(0)
    assert elsewhere.asked == [GONE]


def shows_cards(stage: Stage, name: str, order: str) -> None:
    """A customer sends cards: the own order, another customer's, a product, an unknown one."""
    told = {"items": _ITEMS, "amount": "199.00", "receiver": "林小满", "phone": "13812345678"}
    stage.buy(name, order, **told)
    stage.buy(f"{name}的朋友", f"{order}9", **told)
    for number in (order, f"{order}9"):
        stage.send(name, {"type": "order_card", "order_id": number})
    for product in ("P100", "P404"):
        stage.send(name, {"type": "product_card", "product_id": product, "url": ALLOWED})


def test_cards_tell_what_is_known_live_and_later_and_to_a_lead(
    agent: Agent, stage: Stage, elsewhere: Elsewhere, browser: Browser
) -> None:
    stage.say("我是戊", "转人工，我是戊", {})
    agent.choose("我是戊")
    shows_cards(stage, "我是戊", "3948571029384711")
    things = agent.page.get_by_role("log").locator(".thing")
    expect(things).to_have_count(4, timeout=PATIENCE)
    live = things.all_inner_texts()
    for words in ("订单 3948571029384711", "待发货", "羊绒围巾", "199元", "林** 138****5678"):
        assert words in live[0]
    assert live[1] == "订单 39485710293847119"
    assert live[2].endswith("P100")
    assert "元" in live[2]
    assert live[3] == "商品 P404"
    agent.page.reload()
    agent.choose("我是戊")
    assert things.all_inner_texts() == live
    password = account(stage.server, "张姐", "--role", "lead")
    with at_the_wall(browser, stage.server, "张姐", password) as lead:
        elsewhere.surround(lead.page.context)
        lead.look("我是戊")
        shown = lead.page.get_by_role("log").locator(".thing")
        expect(shown).to_have_text(things.all_text_contents(), timeout=PATIENCE)
        expect(lead.page.get_by_role("img", name="客户发来的图片")).to_have_count(2)
        assert lead.page.evaluate(PALE_TEXTS) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_cards_and_pictures_can_be_read_on_a_laptop_and_on_a_phone(
    agent: Agent, stage: Stage, elsewhere: Elsewhere, scheme: str
) -> None:
    name = {"light": "我是庚", "dark": "我是辛"}[scheme]
    stage.say(name, f"转人工，{name}", {})
    shows_cards(stage, name, {"light": "3948571029384721", "dark": "3948571029384722"}[scheme])
    agent.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    agent.choose(name)
    expect(agent.page.get_by_role("img", name="客户发来的图片").last).to_have_js_property("naturalHeight", 800)
    for width, height in ((1280, 720), (360, 740)):
        agent.page.set_viewport_size({"width": width, "height": height})
        assert agent.page.evaluate(PALE_TEXTS) == []
        assert agent.page.evaluate(UNLABELLED) == []
        assert agent.page.evaluate(OUT_OF_SIGHT) == []
        assert faults(agent.page) == []
    assert elsewhere.asked
