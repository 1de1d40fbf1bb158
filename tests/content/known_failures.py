"""The list of the cases' sentences that are not yet answered as they should be.

`python -m tests.content.known_failures` writes the list anew, sorted; the test only ever compares with it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from bot.content import load, yaml
from bot.content.live import LiveContent
from bot.content.reader import Finding, Reader
from bot.content.schema import Case
from bot.settings import ROOT
from bot.trainer.cases import Answered, answered

PATH = ROOT / "tests" / "cases" / "_known_failures.yaml"
_HEADING = (
    "# 还没有答对的用例，由 python -m tests.content.known_failures 生成，不用手改。\n"
    "# 名单里的句子一旦答对，测试会提醒从这里去掉；不在名单里的句子答错，测试不通过。\n"
)


def cases() -> list[Case]:
    """Every case of the project; whether the files are sound is another test's business."""
    return load.read(ROOT).cases


def known(path: Path = PATH) -> dict[str, list[str]]:
    """Intent → sentences known to fail; nothing where the list was never written."""
    if not path.exists():
        return {}
    findings: list[Finding] = []
    listed = Reader(path, yaml.read(path), findings)
    failures = {str(key): [str(text) for text in listed.texts(key)] for key in listed.data}
    if findings:
        raise ValueError(str(findings[0]))
    return failures


def write(failing: list[Answered], path: Path = PATH) -> None:
    """The list as a file: intents and sentences sorted, so that two runs give the same bytes."""
    lines = [_HEADING]
    for intent in sorted({one.case.intent for one in failing}):
        lines.append(f"{intent}:\n")
        texts = sorted({one.text for one in failing if one.case.intent == intent})
        lines += [f"  - {json.dumps(text, ensure_ascii=False)}\n" for text in texts]
    path.write_text("".join(lines), "utf-8")


def main() -> None:
    """Write the list and say how long it is."""
    everything = list(answered(LiveContent(ROOT).knowledge, cases()))
    failing = [one for one in everything if not one.right]
    write(failing)
    sys.stdout.write(f"{len(failing)} of {len(everything)} sentences fail; listed in {PATH.relative_to(ROOT)}\n")


if __name__ == "__main__":
    main()
