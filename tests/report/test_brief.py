"""What a terminal shows is the same, whether the whole report was worked out for it or not."""

from dataclasses import replace

import pytest

from auditor.renderer.text import MOST, text
from auditor.report.brief import brief
from auditor.report.build import build
from auditor.report.check import Unbalanced
from auditor.report.draft import Edition
from tests.report import sample


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("color", [False, True])
def test_page_one_is_that_of_the_whole_report(language: str, *, color: bool) -> None:
    audit, edition = sample.audited(), Edition(language=language)
    whole = text(build(audit, edition), color=color)
    assert text(brief(audit, edition, MOST), color=color) == whole


def test_no_more_entries_are_worked_out_than_are_printed() -> None:
    audit = sample.audited()
    view = brief(audit, Edition(), 1)
    assert max(len(rule.entries) for rule in view.rules) == 1
    assert sum(rule.findings for rule in view.rules) == len(audit.findings)


def test_numbers_that_disagree_are_never_printed() -> None:
    audit = sample.audited()
    first, *rest = audit.coverage
    wrong = replace(audit, coverage=(replace(first, subjects=first.subjects + 1), *rest))
    with pytest.raises(Unbalanced):
        brief(wrong, Edition(), MOST)
