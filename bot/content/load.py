"""Read the whole content tree into memory, with everything found wrong on the way."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from bot.content import case_kinds, dialogues, house_style, plans, quick, schema, yaml
from bot.content.case_kinds import KindFile
from bot.content.dialogues import DialogueFile
from bot.content.house_style import HouseStyle
from bot.content.plans import PlanFile
from bot.content.reader import Finding, Reader, Variant
from bot.content.schema import Case, IntentFile
from bot.content.shop import read_shop
from bot.core.intents import Lexicon
from bot.core.mood import SIGNALS
from bot.core.patterns import Pattern
from bot.core.plans import FOLDER
from bot.core.shop import Shop
from bot.core.style import Gate
from bot.errors import ContentError

CASES = "tests/cases"
#: What is served, and with what proves it.
FOLDERS = ("intents", "phrases")
ALL_FOLDERS = (*FOLDERS, CASES)
#: Folders under phrases/ whose files are no intent's replies.
_NO_REPLIES = ("shops", quick.FOLDER, dialogues.FOLDER, case_kinds.FOLDER, FOLDER)


@dataclass(slots=True)
class Content:
    """The tree as read, and what is wrong with it."""

    root: Path
    intents: dict[str, IntentFile] = field(default_factory=dict)
    phrases: dict[str, tuple[Variant, ...]] = field(default_factory=dict)  #: situation → variants
    phrase_paths: dict[str, Path] = field(default_factory=dict)  #: situation → file
    shops: dict[str, Shop] = field(default_factory=dict)  #: shop id → facts; "" = any other shop
    shop_files: dict[str, Reader] = field(default_factory=dict)  #: shop id → the file they come from
    lexicon: Lexicon = field(default_factory=Lexicon)
    dialogues: list[DialogueFile] = field(default_factory=list)
    case_kinds: list[KindFile] = field(default_factory=list)
    plans: dict[str, PlanFile] = field(default_factory=dict)
    style: HouseStyle = field(default_factory=lambda: HouseStyle(Gate()))
    cases: list[Case] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    digest: str = ""  #: of everything
    intents_digest: str = ""  #: of what is learned from
    patterns: dict[str, tuple[Pattern, ...]] | None = None  #: compiled at first use, for a check and what follows it

    @property
    def word_lists(self) -> dict[str, tuple[str, ...]]:
        """The lists that patterns may name."""
        return {**self.lexicon.lists, "快递": tuple(self.lexicon.courier_names)}

    def refuse_faults(self) -> None:
        """ContentError lists the faults when there are any."""
        faults = [finding for finding in self.findings if finding.severity == "error"]
        if faults:
            raise ContentError("\n".join(map(str, faults[:20])))


def read(root: Path) -> Content:
    """Read intents/, phrases/ and (where present) tests/cases/ under `root`. Faults become findings."""
    require(root)
    content = Content(root)
    content.intents_digest = intents_digest(root)
    content.digest = digest(root)
    _read_intents(content)
    _read_phrases(content)
    _read_shops(content)
    _read_dialogues(content)
    _read_case_kinds(content)
    _read_plans(content)
    content.style = _read_style(content)
    _read_cases(content)
    return content


def read_gate(root: Path) -> Gate:
    """The style gate alone, for whoever needs nothing else; ContentError lists the faults when there are any."""
    content = Content(root)
    style = _read_style(content)
    content.refuse_faults()
    return style.gate


def read_shop_facts(root: Path, shop: str) -> Shop:
    """One shop's facts alone; ContentError lists the faults when there are any."""
    content = Content(root)
    _read_shops(content)
    content.refuse_faults()
    return content.shops.get(shop) or content.shops[""]


def require(root: Path) -> None:
    """ContentError unless the folder looks like one that holds content."""
    if not all((root / folder).is_dir() for folder in FOLDERS):
        raise ContentError(f"{root} holds no intents/ and phrases/; set KEFU_CONTENT_DIR to the folder that does")


def digest(root: Path) -> str:
    """Names the version of everything that is served: the files under intents/ and phrases/."""
    return _digest(root, *FOLDERS)


def intents_digest(root: Path) -> str:
    """Names the version of what is learned from: the files under intents/."""
    return _digest(root, "intents")


def _digest(root: Path, *folders: str) -> str:
    hasher = hashlib.sha256()
    for folder in folders:
        for path in sorted((root / folder).rglob("*.yaml")):
            hasher.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes())
    return hasher.hexdigest()[:16]


def _open(content: Content, path: Path) -> object:
    try:
        return yaml.read(path)
    except yaml.FileError as error:
        content.findings.append(Finding(str(_shown(content, path)), error.line, "yaml", error.reason))
        return None


def _shown(content: Content, path: Path) -> Path:
    return path.relative_to(content.root)


def _id(folder: Path, path: Path) -> str:
    return ".".join(path.relative_to(folder).with_suffix("").parts)


def _read_intents(content: Content) -> None:
    folder = content.root / "intents"
    for path in sorted(folder.rglob("*.yaml")):
        if path.name.startswith("_") or (data := _open(content, path)) is None:
            continue
        intent = schema.read_intent(_id(folder, path), _shown(content, path), data, content.findings)
        content.intents[intent.id] = intent
    shared = _mapping(content, folder / "_shared.yaml")
    shared.only(("words", "openers", "closers", "carriers", "lists", "stages", "synonyms", "fixes", "couriers"))
    signals = _mapping(content, folder / "_signals.yaml")
    signals.only(SIGNALS)
    content.lexicon = Lexicon(
        words=shared.texts("words"),
        openers=shared.texts("openers"),
        closers=shared.texts("closers"),
        carriers=shared.texts("carriers"),
        lists=shared.lists("lists"),
        synonyms=shared.lists("synonyms"),
        fixes=shared.pairs("fixes"),
        couriers=shared.lists("couriers"),
        stages=shared.lists("stages"),
        signals={key: signals.texts(key) for key in signals.data},
    )


def _read_phrases(content: Content) -> None:
    folder = content.root / "phrases"
    for path in sorted(folder.rglob("*.yaml")):
        if path.name.startswith("_") or path.parent.name in _NO_REPLIES or (data := _open(content, path)) is None:
            continue
        reader = Reader(_shown(content, path), data, content.findings)
        schema.only_groups(reader)
        _take_phrases(content, reader, f"{_id(folder, path)}/")
    _take_phrases(content, _mapping(content, folder / "_shared.yaml"), "")


def _read_shops(content: Content) -> None:
    folder = content.root / "phrases"
    common = Shop()
    for path in (folder / "_shop.yaml", *sorted((folder / "shops").glob("*.yaml"))):
        name = "" if path.name == "_shop.yaml" else path.stem
        reader = content.shop_files[name] = _mapping(content, path)
        content.shops[name] = read_shop(reader, common)
        common = content.shops[""]


def _read_dialogues(content: Content) -> None:
    lists = content.word_lists
    for path in sorted((content.root / "phrases" / dialogues.FOLDER).glob("*.yaml")):
        if (data := _open(content, path)) is None:
            continue
        file = dialogues.read(path.stem, _shown(content, path), data, lists, content.findings)
        content.dialogues.append(file)
        content.phrases.update(file.phrases)
        content.phrase_paths.update(dict.fromkeys(file.phrases, file.path))


def _read_case_kinds(content: Content) -> None:
    folder = content.root / "phrases" / case_kinds.FOLDER
    shared = case_kinds.phrases(_mapping(content, folder / "_shared.yaml"), "")
    content.phrases.update(shared)
    content.phrase_paths.update(dict.fromkeys(shared, _shown(content, folder / "_shared.yaml")))
    for path in sorted(folder.glob("[!_]*.yaml")):
        if (data := _open(content, path)) is None:
            continue
        file = case_kinds.read(path.stem, _shown(content, path), data, content.findings)
        content.case_kinds.append(file)
        content.phrases.update(file.phrases)
        content.phrase_paths.update(dict.fromkeys(file.phrases, file.path))


def _read_plans(content: Content) -> None:
    for path in sorted((content.root / "phrases" / FOLDER).glob("*.yaml")):
        if (data := _open(content, path)) is None:
            continue
        file = plans.read(path.stem, _shown(content, path), data, content.findings)
        content.plans[file.plan.id] = file
        content.phrases.update(file.phrases)
        content.phrase_paths.update(dict.fromkeys(file.phrases, file.path))


def _read_style(content: Content) -> HouseStyle:
    return house_style.read_style(_mapping(content, content.root / house_style.PATH))


def _take_phrases(content: Content, reader: Reader, prefix: str) -> None:
    for key in reader.data:
        content.phrases[prefix + key] = reader.variants(key)
        content.phrase_paths[prefix + key] = reader.path


def _mapping(content: Content, path: Path) -> Reader:
    data = _open(content, path) if path.exists() else {}
    return Reader(_shown(content, path), {} if data is None else data, content.findings)


def _read_cases(content: Content) -> None:
    folder = content.root / CASES
    for path in sorted(folder.rglob("*.yaml")):
        apart = any(part.startswith("_") for part in path.relative_to(folder).parts)
        if apart or (data := _open(content, path)) is None:
            continue
        content.cases += schema.read_cases(_id(folder, path), _shown(content, path), data, content.findings)
