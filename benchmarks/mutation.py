"""Which small faults in `argocd/` and in the rules no test notices: `make mutation`.

The tests are collected once and run once to learn which test calls which function. Then each
mutant gets a forked process, in which the function is exchanged and only its tests run, until one
fails. Module-level constants and the defaults of options are left alone.
"""

import argparse
import gc
import os
import pickle
import resource
import shutil
import signal
import sys
import tempfile
import time
import tomllib
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from types import CodeType, FrameType, FunctionType
from typing import Any, Final

import pytest

from benchmarks import mutants
from benchmarks.mutants import Mutant

TESTS: Final = ("tests/rules", "tests/argocd", "tests/golden", "tests/snapshot", "tests/engine")
TREE: Final = ("auditor", "tests", "sample_snapshots", "report_templates", "docs")
EXPLAINED: Final = Path(__file__).with_name("survivors.toml")
SECONDS: Final = 15
"""CPU time one mutant gets before its remaining tests are left out."""
HANGS: Final = 5
"""CPU time besides, after which a mutant that is still in one test counts as noticed."""
MEMORY: Final = 6 << 30


Functions = dict[tuple[str, str], list[FunctionType]]
"""File and name of a function to it and what is nested in it, as they stand in memory."""


class Outcome(Enum):
    """What became of a mutant."""

    KILLED = "killed"
    STOPPED = "stopped, as it ran on or took all memory"
    SURVIVED = "survived"
    CUT_SHORT = "survived what there was time for"
    NOT_COVERED = "no test calls it"


@dataclass(slots=True)
class Run:
    """A pytest plugin that runs mutants in place of the tests."""

    chosen: Sequence[Mutant]
    outcomes: dict[Mutant, Outcome] = field(default_factory=dict)
    failed: list[str] = field(default_factory=list)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note a failure."""
        if report.failed:
            self.failed.append(report.nodeid)

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Learn who calls what, then try one mutant after the other."""
        started = time.monotonic()
        covered = _in_fork(lambda: self.coverage(session.items))
        _say(f"{len(session.items)} tests in {time.monotonic() - started:.0f} s")
        functions = _functions()
        for number, mutant in enumerate(self.chosen, 1):
            called = covered.get((str(mutant.path), mutant.function), [])
            tests = [session.items[place] for place in called]
            outcome = self.outcome(mutant, tests, functions) if tests else Outcome.NOT_COVERED
            self.outcomes[mutant] = outcome
            _say(f"{number}/{len(self.chosen)} {outcome.value}: {_line(mutant)}")
        return True

    def coverage(self, items: Sequence[pytest.Item]) -> dict[tuple[str, str], list[int]]:
        """Return (file, function) to the places of the tests that call it, the narrowest first."""
        calls: dict[int, set[tuple[str, str]]] = {}
        for place, item in enumerate(items):
            seen: set[CodeType] = set()

            def note(frame: FrameType, _event: str, _arg: object, seen: Any = seen) -> None:
                seen.add(frame.f_code)

            sys.setprofile(note)
            self.ask(item)
            sys.setprofile(None)
            calls[place] = {_owner(code) for code in seen}
        if self.failed:
            _say(f"fail without any mutant, and are left out: {', '.join(self.failed)}")
        found: dict[tuple[str, str], list[int]] = defaultdict(list)
        for place in sorted(calls, key=lambda place: len(calls[place])):
            if items[place].nodeid not in self.failed:
                for owner in calls[place]:
                    found[owner].append(place)
        return dict(found)

    def outcome(
        self, mutant: Mutant, tests: Sequence[pytest.Item], functions: Functions
    ) -> Outcome:
        """Return what becomes of a mutant; a test that fails without it too does not count."""
        if not tests:
            return Outcome.NOT_COVERED
        said = _in_fork(lambda: self.tried(mutant, tests, functions))
        match said:
            case None:
                return Outcome.STOPPED
            case Outcome():
                return said
            case place:
                is_sound = _in_fork(lambda: self.passes(tests[place]))
                rest = tests[place + 1 :]
                return Outcome.KILLED if is_sound else self.outcome(mutant, rest, functions)

    def tried(
        self, mutant: Mutant, tests: Sequence[pytest.Item], functions: Functions
    ) -> Outcome | int:
        """Exchange the function in this process; return the place of the first test that fails."""
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS + HANGS, SECONDS + HANGS))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        codes = mutants.compiled(mutant, str(mutant.path))
        for function in functions[str(mutant.path), mutant.function]:
            code = function.__code__
            function.__code__ = codes.get((code.co_qualname, code.co_firstlineno), code)
        for place, item in enumerate(tests):
            if not self.passes(item):
                return place
            if time.process_time() > SECONDS:
                return Outcome.CUT_SHORT
        return Outcome.SURVIVED

    def passes(self, item: pytest.Item) -> bool:
        """Run one test as pytest does."""
        self.ask(item)
        return not self.failed

    def ask(self, item: pytest.Item) -> None:
        """Run one test as pytest does."""
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)


def main() -> int:
    """Print every mutant that survives; 1 when there is one that nobody has explained."""
    given = _arguments()
    explained = tomllib.loads(EXPLAINED.read_text(encoding="utf-8")) if EXPLAINED.exists() else {}
    with tempfile.TemporaryDirectory() as scratch:
        # other people's edits must not mix with a run that takes a while
        root = Path(scratch).resolve()
        for name in TREE:
            shutil.copytree(name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
        shutil.copy("pyproject.toml", root)
        os.chdir(root)
        sys.path.insert(0, str(root))
        run = Run(_chosen(given, root))
        quiet = ("-o", "addopts=", "--import-mode=importlib", "-p", "no:cacheprovider", "-qq", "-s")
        with Path(os.devnull).open("w") as nowhere:
            sys.stdout, shown = nowhere, sys.stdout
            pytest.main([*quiet, *given.tests], plugins=[run])
            sys.stdout = shown
    return _told(run.outcomes, explained)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--argocd", type=int, default=240, help="mutants of auditor/argocd")
    parser.add_argument("--rules", type=int, default=130, help="mutants of auditor/rules")
    parser.add_argument("--only", nargs="*", default=[], help="words of the modules that count")
    parser.add_argument("--seed", default="1")
    parser.add_argument("--tests", nargs="*", default=TESTS)
    return parser.parse_args()


def _chosen(given: argparse.Namespace, root: Path) -> list[Mutant]:
    chosen: list[Mutant] = []
    for layer, count in (("argocd", given.argocd), ("rules", given.rules)):
        paths = sorted((root / "auditor" / layer).rglob("*.py"))
        names = {path: ".".join(path.relative_to(root).with_suffix("").parts) for path in paths}
        wanted = [
            path
            for path, name in names.items()
            if not given.only or any(name.endswith(f".{word}") for word in given.only)
        ]
        every = (mutant for path in wanted for mutant in mutants.of(names[path], path))
        chosen += mutants.spread(every, count, given.seed)
    return chosen


def _functions() -> Functions:
    found: dict[tuple[str, str], list[FunctionType]] = defaultdict(list)
    for thing in gc.get_objects():
        if isinstance(thing, FunctionType):
            found[_owner(thing.__code__)].append(thing)
    return found


def _owner(code: CodeType) -> tuple[str, str]:
    return code.co_filename, mutants.owner(code)


def _in_fork(work: Callable[[], Any]) -> Any:
    """Return what `work` returns in a process of its own, or None where that process dies."""
    with tempfile.TemporaryFile() as channel:
        child = os.fork()
        if not child:
            signal.signal(signal.SIGXCPU, signal.SIG_DFL)
            try:
                pickle.dump(work(), channel)
                channel.flush()
            except Exception as error:  # noqa: BLE001 - nothing may go on in the copy of this process
                _say(f"failed: {error!r}")
            finally:
                os._exit(0)
        os.waitpid(child, 0)
        channel.seek(0)
        said = channel.read()
        return pickle.loads(said) if said else None  # noqa: S301 - our own process wrote it


def _told(outcomes: dict[Mutant, Outcome], explained: dict[str, str]) -> int:
    noticed = (Outcome.KILLED, Outcome.STOPPED)
    alive = [mutant for mutant, outcome in outcomes.items() if outcome not in noticed]
    unexplained = [mutant for mutant in alive if mutant.key not in explained]
    for mutant in unexplained:
        _say(f"{outcomes[mutant].value}: {_line(mutant)}")
    for layer in ("argocd", "rules"):
        counted = Counter(outcomes[m] for m in outcomes if m.module.split(".")[1] == layer)
        parts = ", ".join(f"{count} {outcome.value}" for outcome, count in counted.items())
        _say(f"{layer}: {counted.total()} mutants: {parts}")
    _say(f"{len(alive)} alive, {len(alive) - len(unexplained)} of them explained")
    return int(bool(unexplained))


def _line(mutant: Mutant) -> str:
    return f"{mutant.line} {mutant.key}"


def _say(line: str) -> None:
    os.write(2, f"{line}\n".encode())


if __name__ == "__main__":
    sys.exit(main())
