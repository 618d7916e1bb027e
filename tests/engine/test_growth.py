"""Four times the Applications are four times the work: counted in calls, whatever the load."""

import cProfile
import gc
from datetime import UTC
from typing import Any, Final

import pytest

from auditor import pipeline
from auditor.engine.result import Audit
from auditor.findings import Severity
from auditor.report.build import build
from auditor.report.draft import Edition
from benchmarks import fleet
from benchmarks.fleet_application import FAMILY, WEBHOOK, trouble

SMALL: Final = 100
TIMES: Final = 4
"""Each parent has 50 Applications, so that parents, projects and namespaces grow too."""
WORST: Final = 1.6
"""Growth by more than this much over linear is none; quadratic work would be 4 times over."""
COUNTED: Final = 10_000
"""Calls below which a function does not matter."""

Calls = dict[str, int]


def audited(count: int) -> tuple[Audit, Calls]:
    """Return the audit, and how often each function was called for it and its report."""
    snapshot = fleet.snapshot(count)
    profile = cProfile.Profile()
    was_collecting = gc.isenabled()
    gc.disable()
    profile.enable()
    try:
        audit = pipeline.judge(snapshot)
        build(audit, Edition(language="en", zone=UTC, threshold=Severity.LOW))
    finally:
        profile.disable()
        if was_collecting:
            gc.enable()
    return audit, _calls(profile)


def _calls(profile: cProfile.Profile) -> Calls:
    counted: Calls = {}
    entries: Any = profile.getstats()
    for entry in entries:
        code = entry.code
        name = code if isinstance(code, str) else f"{code.co_filename}:{code.co_firstlineno}"
        counted[name] = counted.get(name, 0) + entry.callcount
    return counted


@pytest.fixture(scope="module")
def both() -> tuple[tuple[Audit, Calls], tuple[Audit, Calls]]:
    # what is loaded and remembered once must not be counted for the small one
    audited(FAMILY)
    return audited(SMALL), audited(TIMES * SMALL)


def test_work_grows_no_faster_than_applications(both: Any) -> None:
    (_, small), (_, large) = both
    assert sum(large.values()) > 1_000_000
    assert sum(large.values()) < WORST * TIMES * sum(small.values())


def test_no_function_is_called_once_for_each_pair(both: Any) -> None:
    (_, small), (_, large) = both
    grown = {
        name: (small.get(name, 0), count)
        for name, count in large.items()
        if count > COUNTED and count > WORST * TIMES * small.get(name, 0)
    }
    assert not grown


def test_a_shared_cause_stays_one_cause(both: Any) -> None:
    """What many Applications suffer from is told once, with all of them behind it."""
    (_, _), (audit, _) = both
    count = TIMES * SMALL
    ailing = [trouble(number) for number in range(count)]
    missing = [cause for cause in audit.causes if cause.root.rule == "NS-001"]
    assert [len(applications(cause)) for cause in missing] == [ailing.count("namespace")]
    refused = [cause for cause in audit.causes if ("webhook", WEBHOOK) in cause.root.breach.keys]
    assert [len(applications(cause)) for cause in refused] == [ailing.count("webhook")]


def applications(cause: Any) -> set[str]:
    return {ref.name for ref in cause.subjects if ref.kind == "Application"}
