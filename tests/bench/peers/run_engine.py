"""What runs inside an engine's own environment: learn into a folder, or load from it and answer, everything timed.

Started as `run_engine.py train|answer ENGINE FOLDER`; it may import nothing but the standard library and the engine.
FOLDER holds train.json, [{text, intent}], and test.json, [text]; trained.json and answers.json are written there.
"""

from __future__ import annotations

import asyncio
import json
import pickle
import sys
import time
from collections.abc import Callable
from importlib import import_module, metadata
from pathlib import Path

Examples = list[tuple[str, str]]  # text, intent
Ranked = list[tuple[str, float]]  # intent, score; the best first
Answer = Callable[[str], Ranked]
_TOP = 3


def _train_kefu(_: Examples, folder: Path) -> None:
    _load_kefu(folder)  # the folder is a cache of ours in which nothing was kept yet


def _load_kefu(folder: Path) -> Answer:
    root = import_module("bot.settings").ROOT
    content = import_module("bot.content.load")
    knowledge = content.build(content.read(root), folder / "model")
    knowledge.warm()
    return lambda text: [(match.intent, match.score) for match in knowledge.understand(text).matches[:_TOP]]


def _train_rapidfuzz(examples: Examples, folder: Path) -> None:
    (folder / "model").write_bytes(pickle.dumps(examples))


def _load_rapidfuzz(folder: Path) -> Answer:
    process, ratio = import_module("rapidfuzz.process"), import_module("rapidfuzz.fuzz").ratio
    examples: Examples = pickle.loads((folder / "model").read_bytes())
    texts = [text for text, _ in examples]

    def answer(text: str) -> Ranked:
        best: dict[str, float] = {}
        for _, score, at in process.extract(text, texts, scorer=ratio, limit=50):
            best.setdefault(examples[at][1], score / 100)
        return list(best.items())[:_TOP]

    return answer


def words(text: str) -> list[str]:
    """jieba's words; at the top of the module so that a pickled model finds it again."""
    return list(import_module("jieba").cut(text))


def _train_sklearn(examples: Examples, folder: Path, kind: str, **options: float) -> None:
    tfidf = import_module("sklearn.feature_extraction.text").TfidfVectorizer
    pipeline = import_module("sklearn.pipeline")
    features = pipeline.make_union(
        tfidf(analyzer="char", ngram_range=(1, 3), sublinear_tf=True),
        tfidf(tokenizer=words, token_pattern=None, sublinear_tf=True),
    )
    module, _, name = kind.rpartition(".")
    model = pipeline.make_pipeline(features, getattr(import_module(module), name)(**options))
    model.fit([text for text, _ in examples], [intent for _, intent in examples])
    (folder / "model").write_bytes(pickle.dumps(model))


def _load_sklearn(folder: Path) -> Answer:
    model = pickle.loads((folder / "model").read_bytes())
    intents = [str(intent) for intent in model.classes_]
    scores = model.predict_proba if hasattr(model, "predict_proba") else model.decision_function
    return lambda text: _best(zip(intents, scores([text])[0].tolist(), strict=True))


def _train_fasttext(examples: Examples, folder: Path) -> None:
    lines = [f"__label__{intent} {' '.join(text.replace(chr(10), ' '))}\n" for text, intent in examples]
    (folder / "lines.txt").write_text("".join(lines), "utf-8")
    model = import_module("fasttext").train_supervised(
        str(folder / "lines.txt"), lr=0.5, epoch=25, wordNgrams=3, bucket=200_000, thread=1, verbose=0
    )
    model.save_model(str(folder / "model"))


def _load_fasttext(folder: Path) -> Answer:
    model = import_module("fasttext").load_model(str(folder / "model"))

    def answer(text: str) -> Ranked:
        labels, scores = model.predict(" ".join(text.replace("\n", " ")), k=_TOP)
        return [(label.removeprefix("__label__"), float(score)) for label, score in zip(labels, scores, strict=True)]

    return answer


_RASA = """recipe: default.v1
language: zh
pipeline:
- name: JiebaTokenizer
- name: CountVectorsFeaturizer
- {name: CountVectorsFeaturizer, analyzer: char_wb, min_ngram: 1, max_ngram: 4}
- {name: DIETClassifier, epochs: 100, constrain_similarities: true, entity_recognition: false, random_seed: 1}
"""


def _train_rasa(examples: Examples, folder: Path) -> None:
    said: dict[str, list[str]] = {}
    for text, intent in examples:
        said.setdefault(intent, []).append(" ".join(text.split()))
    groups = (f"- intent: {i}\n  examples: |\n" + "".join(f"    - {t}\n" for t in of) for i, of in said.items())
    (folder / "nlu.yml").write_text('version: "3.1"\nnlu:\n' + "".join(groups), "utf-8")
    (folder / "config.yml").write_text(_RASA, "utf-8")
    train = import_module("rasa.model_training").train_nlu
    train(str(folder / "config.yml"), str(folder / "nlu.yml"), str(folder), fixed_model_name="model")


def _load_rasa(folder: Path) -> Answer:
    agent = import_module("rasa.core.agent").Agent.load(str(folder / "model.tar.gz"))
    loop = asyncio.new_event_loop()

    def answer(text: str) -> Ranked:
        ranking = loop.run_until_complete(agent.parse_message(text))["intent_ranking"]
        return [(one["name"], float(one["confidence"])) for one in ranking[:_TOP]]

    return answer


def _best(scores: zip[tuple[str, float]]) -> Ranked:
    return sorted(scores, key=lambda one: -one[1])[:_TOP]


_SVM, _LOGISTIC = "sklearn.svm.LinearSVC", "sklearn.linear_model.LogisticRegression"
ENGINES: dict[str, tuple[str, Callable[[Examples, Path], None], Callable[[Path], Answer]]] = {
    "kefu": ("kefu-bot", _train_kefu, _load_kefu),
    "rapidfuzz": ("rapidfuzz", _train_rapidfuzz, _load_rapidfuzz),
    "svm": ("scikit-learn", lambda e, f: _train_sklearn(e, f, _SVM), _load_sklearn),
    "logistic": ("scikit-learn", lambda e, f: _train_sklearn(e, f, _LOGISTIC, C=10, max_iter=1000), _load_sklearn),
    "fasttext": ("fasttext", _train_fasttext, _load_fasttext),
    "rasa": ("rasa", _train_rasa, _load_rasa),
}


def main(step: str, engine: str, folder: Path) -> None:
    """Do one step of one engine."""
    package, train, load = ENGINES[engine]
    began = time.perf_counter()
    if step == "train":
        examples = [(one["text"], one["intent"]) for one in json.loads((folder / "train.json").read_text("utf-8"))]
        train(examples, folder)
        _write(folder / "trained.json", {"seconds": time.perf_counter() - began})
        return
    answer = load(folder)
    answer("你好")  # some load the rest only now
    loaded, memory, answers = time.perf_counter() - began, _memory_mb(), []
    for text in json.loads((folder / "test.json").read_text("utf-8")):
        began = time.perf_counter()
        ranked = answer(text)
        answers.append({"ranked": ranked, "ms": 1000 * (time.perf_counter() - began)})
    names = {one.metadata["Name"].lower(): one.version for one in metadata.distributions()}
    version = next((f"{name} {names[name]}" for name in (package, f"{package}-wheel") if name in names), "")
    made = {"load_seconds": loaded, "memory_mb": memory, "version": version, "answers": answers}
    _write(folder / "answers.json", made)


def _memory_mb() -> float:
    status = Path("/proc/self/status").read_text("ascii")
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmRSS:"))


def _write(path: Path, data: object) -> None:
    path.write_text(json.dumps(data, ensure_ascii=False), "utf-8")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
