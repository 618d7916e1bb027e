"""The HTML: one file, loads nothing, shows everything, says no markup of others."""

import base64
import hashlib
import re
import time

import pytest

from auditor.renderer.html import html
from auditor.report.view import ReportView
from tests.report import sample


@pytest.fixture(scope="module", params=["en", "ko"])
def view(request: pytest.FixtureRequest) -> ReportView:
    return sample.view(request.param)


@pytest.fixture(scope="module")
def page(view: ReportView) -> str:
    return html(view).decode()


def test_nothing_is_loaded_from_anywhere(page: str) -> None:
    assert not re.search(r"<(link|img|iframe|object|embed|script\s)", page)
    assert not re.search(r"""(?:src|href)=["']?(?!#)[a-z]""", page.partition("<body>")[2])
    assert not re.search(r"url\((?!\"data:)", page)
    assert "@import" not in page
    assert "style=" not in page.partition("<body>")[2]


def test_the_policy_allows_exactly_what_is_there(page: str) -> None:
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)
    assert policy
    assert policy[1].startswith("default-src 'none'; style-src 'sha256-")
    for tag in ("style", "script"):
        (body,) = re.findall(rf"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy[1]


def test_facts_and_pages_cannot_bring_markup(page: str) -> None:
    assert "<b>OutOfSync</b>" not in page
    assert "&lt;b&gt;OutOfSync&lt;/b&gt;" in page
    assert "<script>alert" not in page


def test_every_link_inside_has_a_target(page: str) -> None:
    targets = set(re.findall(r'\bid="([^"]+)"', page))
    links = set(re.findall(r'href="#([^"]+)"', page))
    assert links <= targets, links - targets
    assert len(targets) == len(re.findall(r'\bid="([^"]+)"', page))


def test_every_finding_is_on_the_page(view: ReportView, page: str) -> None:
    told = [f for r in view.rules for e in r.entries for f in e.findings]
    assert all(f'id="{finding.id}"' in page for finding in told)
    assert page.count(" data-e=") - page.count("<a class=") * 0 >= len(told)


def test_filters_work_without_a_script(view: ReportView, page: str) -> None:
    for index in range(len(view.matrix.columns)):
        assert f'id="e-{index}"' in page
        assert f".findings:has(#e-{index}:checked)" in page


def test_no_word_of_the_templates_is_empty_or_unfilled(page: str) -> None:
    body = page.partition("<body>")[2].partition("<script>")[0]
    unfilled = re.sub(r'data-shown="[^"]*"|<code>.*?</code>', "", body)
    assert not re.search(r"{\w+(:[^}]*)?}", unfilled)


def test_ten_thousand_findings_stay_below_five_megabytes() -> None:
    large = sample.view("ko", extra=10_000)
    assert large.verdict.findings > 10_000
    start = time.perf_counter()
    made = html(large)
    assert time.perf_counter() - start < 60
    assert len(made) < 5 * 2**20
    assert made.count(b'<tr id="F-') > 9_900
