"""Symptoms, controls, incidents and the site they become: every link leads somewhere."""

import re
import tomllib
from fnmatch import fnmatchcase
from importlib.resources import files
from pathlib import PurePosixPath
from typing import Final

import pytest

from auditor import pipeline
from auditor.renderer.guide_site import site
from auditor.rulebook.controls import controls
from auditor.rulebook.guidebook import guidebook
from auditor.rulebook.incidents import incidents
from auditor.rulebook.page import LANGUAGES, read
from auditor.rulebook.symptoms import symptoms
from auditor.signatures import catalogue

IDS: Final = frozenset(rule.id for rule in pipeline.rulebook())
_LINK: Final = re.compile(r'(?:href|src)="([^"]+)"')
_ANCHOR: Final = re.compile(r'\bid="([^"]+)"')


@pytest.fixture(scope="module")
def pages() -> dict[str, bytes]:
    return site([guidebook(pipeline.rulebook(), language) for language in LANGUAGES])


@pytest.mark.parametrize("language", LANGUAGES)
def test_symptoms_lead_to_rules_and_messages_that_exist(language: str) -> None:
    for symptom in symptoms(language):
        assert symptom.rules, symptom.id
        assert set(symptom.rules) <= IDS, symptom.id
        assert len(set(symptom.rules)) == len(symptom.rules), symptom.id
        assert set(symptom.signatures) <= set(catalogue.signatures()), symptom.id


def test_every_rule_is_evidence_for_a_control_of_every_framework() -> None:
    mapped = controls(IDS, "en")
    for framework in {control.framework for control in mapped}:
        covered = {rule for each in mapped if each.framework == framework for rule in each.rules}
        assert covered == {rule for rule in IDS if not rule.startswith(("WVR-", "OWN-"))}


def test_no_family_names_a_rule_that_does_not_exist() -> None:
    content = tomllib.loads((files("auditor.rulebook") / "controls.toml").read_text("utf-8"))
    for family in content["family"]:
        for glob in family["rules"]:
            assert any(fnmatchcase(rule, glob) for rule in IDS), (family["id"], glob)


def test_languages_name_the_same_controls() -> None:
    english, korean = (controls(IDS, language) for language in LANGUAGES)
    assert [(c.framework, c.id, c.rules) for c in english] == [
        (c.framework, c.id, c.rules) for c in korean
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_incidents_that_pages_name_are_known(language: str) -> None:
    known = incidents(language)
    for rule in pipeline.rulebook():
        for source in read(rule, language).sources:
            assert source in known or not re.fullmatch(r"I-\d+", source), rule.id


def test_every_link_inside_the_site_arrives(pages: dict[str, bytes]) -> None:
    anchors = {
        path: set(_ANCHOR.findall(body.decode()))
        for path, body in pages.items()
        if path.endswith(".html")
    }
    followed = 0
    for path in anchors:
        for link in _LINK.findall(pages[path].decode()):
            if link.startswith("https://github.com/"):
                continue
            target, _, anchor = link.partition("#")
            place = _joined(path, target) if target else path
            assert place in pages, (path, link)
            assert not anchor or anchor in anchors[place], (path, link)
            followed += 1
    assert followed > 2 * len(IDS)


def test_every_rule_has_a_page_in_both_languages(pages: dict[str, bytes]) -> None:
    for language in LANGUAGES:
        assert {f"{language}/rules/{rule}.html" for rule in IDS} <= set(pages)


def test_the_site_is_the_same_twice(pages: dict[str, bytes]) -> None:
    again = site([guidebook(pipeline.rulebook(), language) for language in LANGUAGES])
    assert again == pages


def _joined(path: str, target: str) -> str:
    """Return where `target`, seen from the page at `path`, leads."""
    steps: list[str] = []
    for step in (*PurePosixPath(path).parent.parts, *PurePosixPath(target).parts):
        if step == "..":
            steps.pop()
        elif step != ".":
            steps.append(step)
    return "/".join(steps)
