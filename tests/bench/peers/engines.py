"""The engines that are compared, and how each is installed into a place of its own under build/peers/."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.settings import ROOT

PEERS = ROOT / "build" / "peers"
#: Seconds that one step (installing, training, answering) may take.
LIMIT = 900.0
_HERE = Path(__file__).parent
_RUN_ENGINE, _NLPJS = _HERE / "run_engine.py", _HERE / "nlpjs.js"
_QUIET_PIP = ("-m", "pip", "install", "--quiet", "--disable-pip-version-check")
#: One thread each, so that the seconds of one engine mean the same as those of another.
_ENVIRONMENT = {
    **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"),
    **dict.fromkeys(("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"), "1"),
    "RASA_TELEMETRY_ENABLED": "false", "RASA_MAX_CACHE_SIZE": "0",
    "NODE_PATH": str(PEERS / "node" / "node_modules"),
}  # fmt: skip


class PeerError(Exception):
    """Why an engine has no figures."""


@dataclass(frozen=True, slots=True)
class Engine:
    """Something that learns intents from examples. `packages` are alternatives, of which the first that can be
    installed is taken; without any it runs in our own environment."""

    name: str
    key: str  #: its name to the program
    program: Path = _RUN_ENGINE
    home: str = ""  #: folder under build/peers; engines may share one
    packages: tuple[tuple[str, ...], ...] = ()
    python: str = ""  #: the version it needs where ours will not do


RASA = Engine(
    "Rasa 3.6 DIET", "rasa", home="rasa", packages=(("rasa==3.6.*", "jieba", "setuptools<81"),), python="3.10"
)
_SKLEARN = ("scikit-learn", "jieba")
ENGINES = (
    Engine("kefu", "kefu"),
    Engine("rapidfuzz ratio, nearest example", "rapidfuzz"),
    Engine("linear SVM, char 1-3 + jieba TF-IDF", "svm", home="sklearn", packages=(_SKLEARN,)),
    Engine("logistic regression, same features", "logistic", home="sklearn", packages=(_SKLEARN,)),
    # numpy 2 breaks the predict() of both packages
    Engine("fastText, characters", "fasttext", home="fasttext",
           packages=(("fasttext-wheel", "numpy<2"), ("fasttext", "numpy<2"))),
    Engine("nlp.js", "nlpjs", _NLPJS, home="node", packages=(("@nlpjs/basic", "@nlpjs/lang-zh"),)),
    RASA,
)  # fmt: skip


def prepare(engine: Engine) -> list[str]:
    """The command that runs the engine's program, its packages installed; PeerError says why that cannot be."""
    if engine.program.suffix == ".js":
        _install(engine, ["npm", "install", "--no-audit", "--no-fund", "--prefix", str(PEERS / engine.home)])
        return ["node", str(engine.program)]
    python = sys.executable
    if engine.packages:
        python = str(PEERS / engine.home / "bin" / "python")
        if not _installed(engine):
            run([_interpreter(engine.python), "-m", "venv", "--clear", str(PEERS / engine.home)], "venv")
        _install(engine, [python, *_QUIET_PIP])
    return [python, "-I", str(engine.program)]


def run(command: Sequence[str], step: str) -> None:
    """Run to the end; PeerError names the step and what it said last."""
    PEERS.mkdir(parents=True, exist_ok=True)
    try:
        done = subprocess.run(
            command, env={**os.environ, **_ENVIRONMENT}, cwd=PEERS, timeout=LIMIT, check=False,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, errors="replace",
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise PeerError(f"{step}: not done after {LIMIT:.0f} s") from error
    except OSError as error:
        raise PeerError(f"{step}: {command[0]} cannot be run ({error.strerror})") from error
    if done.returncode:
        said = [line.strip() for line in done.stderr.splitlines() if line.strip()]
        errors = [line for line in said if "error" in line.lower()]
        raise PeerError(f"{step}: {(errors or said or [f'ended with {done.returncode}'])[-1]}")


def _installed(engine: Engine) -> Path | None:
    """The mark of what is installed, while it is still what the engine wants."""
    stamp = PEERS / engine.home / ".installed"
    return stamp if stamp.exists() and stamp.read_text("utf-8") == repr(engine.packages) else None


def _install(engine: Engine, command: list[str]) -> None:
    if _installed(engine):
        return
    faults = []
    for packages in engine.packages:
        try:
            run([*command, *packages], "install")
        except PeerError as error:
            faults.append(str(error))
        else:
            (PEERS / engine.home / ".installed").write_text(repr(engine.packages), "utf-8")
            return
    raise PeerError("; ".join(faults))


def _interpreter(version: str) -> str:
    """A Python of this version: ours, one on the path, or pyenv's."""
    if version in ("", f"{sys.version_info.major}.{sys.version_info.minor}"):
        return sys.executable
    candidates = [shutil.which(f"python{version}")]
    if pyenv := shutil.which("pyenv"):
        root = Path(subprocess.run([pyenv, "root"], capture_output=True, text=True, check=False).stdout.strip())
        candidates += [str(python) for python in sorted(root.glob(f"versions/{version}.*/bin/python"))]
    for python in filter(None, candidates):  # a shim may stand on the path for a version that is switched off
        if subprocess.run([python, "--version"], capture_output=True, check=False).returncode == 0:
            return python
    raise PeerError(f"needs Python {version}, and there is none")
