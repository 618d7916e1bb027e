"""Skips are for users: where every part must be there, a skipped test is a failed one."""

import os
from collections.abc import Generator

import pytest

NOT_TO_BE_HAD = "no package registry ships"
"""Part of the reason of the only skips that stay skips everywhere."""


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn a skip into a failure when AUDITOR_NO_SKIPS is set."""
    report = yield
    if NOT_TO_BE_HAD in str(report.longrepr):
        return report
    if report.skipped and os.environ.get("AUDITOR_NO_SKIPS") and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped where nothing may be: {call.excinfo}"
    return report
