"""Two intents as a trainer would write them, and the means to spoil one line."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from bot.content.phrase_check import SHARED
from bot.settings import ROOT

_FILES = {
    "intents/ship/when_sent.yaml": """\
title: 什么时候发货
mode: auto
group: sale
priority: normal
unlike:
  risk.complaint: [再不发货就投诉]
examples:
  - 什么时候发货
  - 几号能寄出来
  - 今天能发吗
  - 付款后多久发
  - 哪天出库
  - 拍下几天发
  - 明天寄得出去吗
  - 周末发不发
""",
    "intents/risk/complaint.yaml": """\
title: 投诉服务
mode: handoff
group: senior
priority: urgent
examples:
  - 我要投诉
  - 叫你们领导来
  - 投诉你们客服
  - 怎么投诉
  - 投诉电话多少
  - 服务太差要投诉
  - 负责人在哪
  - 给我投诉入口
""",
    "phrases/ship/when_sent.yaml": """\
default:
  - 您好，{{ shop.cutoff_time }}前付款的订单当天发出。
  - 订单按付款先后发出，请您放心。
  - 发出后可以在订单里看到单号。
repeated:
  - 再为您确认一下，{{ shop.cutoff_time }}前付款当天发出。
  - 发货进度可以在订单详情页查看。
""",
    "phrases/risk/complaint.yaml": """\
default:
  - 非常抱歉，已转给专员，预计{{ wait }}回复您。
  - 您反映的情况已记录，专员预计{{ wait }}回复您。
  - 给您添麻烦了，负责人预计{{ wait }}回复您。
""",
    "tests/cases/ship/when_sent.yaml": """\
- says:
    - 我的东西哪天寄
    - 啥时候发出
  outcome: replied
  reply: default
""",
    "tests/cases/risk/complaint.yaml": """\
- says: [投诉你们店]
  outcome: handed_off
  reply: default
""",
}
_COPIED = ("phrases/_shop.yaml", "phrases/_style.yaml", "intents/_signals.yaml")


class MiniTree:
    """The tree on disk. Paths are given as the trainers see them, such as "intents/ship/when_sent.yaml"."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for name, text in _FILES.items():
            self.write(name, text)
        for name in _COPIED:
            shutil.copy(ROOT / name, root / name)
        head, *groups = re.split(r"^(?=\w+:)", (ROOT / "phrases/_shared.yaml").read_text("utf-8"), flags=re.MULTILINE)
        self.write("phrases/_shared.yaml", head + "".join(g for g in groups if g.split(":")[0] in SHARED))
        self.write("intents/_shared.yaml", "words: [发货, 单号]\nfixes: {发贷: 发货}\n")

    def write(self, name: str, text: str | bytes) -> None:
        """Put a file in place, whole."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())

    def text(self, name: str) -> str:
        """What a file holds."""
        return (self.root / name).read_text("utf-8")

    def change(self, name: str, old: str, new: str) -> None:
        """Replace a piece of a file; the piece must be there exactly once."""
        text = self.text(name)
        assert text.count(old) == 1, f"{old!r} is in {name} {text.count(old)} times"
        self.write(name, text.replace(old, new))

    def remove(self, name: str) -> None:
        """Take a file away."""
        (self.root / name).unlink()
