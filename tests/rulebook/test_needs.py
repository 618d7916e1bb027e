"""What a choice of rules reads."""

from auditor import rules
from auditor.rulebook.discovery import discover
from auditor.rulebook.needs import raw_sections
from auditor.snapshot import sections


def test_a_rule_about_what_is_written_needs_applications_alone() -> None:
    written = [rule for rule in discover(rules) if rule.id == "NS-004"]
    assert raw_sections(written) == {
        sections.GIT_MANIFESTS.name,
        sections.LIVE_APPLICATIONS.name,
        sections.LIVE_VERSIONS.name,
    }


def test_all_rules_together_read_sections_that_exist() -> None:
    known = {section.name for section in sections.ALL}
    assert raw_sections(discover(rules)) <= known
