"""Every signature knows its own examples, and has words in every language."""

import re
import tomllib
from importlib.resources import files

import pytest
import re2

from auditor.signatures import Kind, Message, Signature, command, match, signatures, words
from auditor.signatures.catalogue import LANGUAGES, families
from auditor.signatures.match import candidates

ALL = tuple(signatures().values())
EXAMPLES = [(signature, text) for signature in ALL for text in signature.examples]
ROOTS = [(signature, text) for signature, text in EXAMPLES if signature.kind is Kind.ROOT]
AFTER_A_FAILURE = ("retries-exhausted", "retrying")
CALM = [
    (signature, text)
    for signature, text in EXAMPLES
    if signature.kind in (Kind.STATE, Kind.PROGRESS) and signature.id not in AFTER_A_FAILURE
]


def of_id(value: object) -> str:
    return value.id if isinstance(value, Signature) else ""


@pytest.mark.parametrize(("signature", "text"), EXAMPLES, ids=of_id)
def test_an_example_is_recognised_wherever_it_may_stand(signature: Signature, text: str) -> None:
    for where in sorted(signature.where):
        fitting = {found.id for found in candidates(Message(text, where))}
        assert signature.id in fitting, where
        said = [found.id for found in match([Message(text, where)])]
        assert said, where
        if signature.kind is not Kind.WRAPPER:
            assert signature.id in said, where


@pytest.mark.parametrize(("signature", "text"), ROOTS, ids=of_id)
def test_no_other_root_is_as_good_for_an_example(signature: Signature, text: str) -> None:
    for where in sorted(signature.where):
        message = Message(text, where)
        rivals = {
            found.id: found.priority
            for found in candidates(message)
            if found.kind is Kind.ROOT and found.id != signature.id
        }
        assert all(priority > signature.priority for priority in rivals.values()), rivals
        assert match([message])[0].id == signature.id


@pytest.mark.parametrize(("signature", "text"), CALM, ids=of_id)
def test_what_is_no_failure_has_no_root(signature: Signature, text: str) -> None:
    for where in sorted(signature.where):
        found = match([Message(text, where)])
        assert [m.id for m in found if m.kind is Kind.ROOT] == [], where
        assert found[0].kind is signature.kind, where


@pytest.mark.parametrize(("signature", "text"), ROOTS, ids=of_id)
def test_a_root_is_found_among_other_words(signature: Signature, text: str) -> None:
    """What fits a part of a text has to fit the whole, or it is never tried on the part."""
    where = min(signature.where)
    around = Message(f"reason: {text},something else", where)
    assert signature.id in {found.id for found in candidates(around)}


@pytest.mark.parametrize("signature", ALL, ids=lambda signature: signature.id)
def test_a_pattern_is_linear_and_its_captures_are_those_it_names(signature: Signature) -> None:
    groups = {name.rstrip("0123456789") for name in re2.compile(signature.pattern).groupindex}
    assert set(signature.join.values()) <= groups
    assert set(re.findall(r"\{(\w+)\}", signature.confirm)) <= groups | {"application"}
    assert signature.examples
    assert 0 < signature.priority <= 1000


def test_reasons_without_a_text_belong_to_one_signature_of_a_place() -> None:
    taken: dict[tuple[str, str], str] = {}
    for signature in ALL:
        for reason in signature.reasons:
            for where in signature.where:
                assert taken.setdefault((reason, where), signature.id) == signature.id
                assert [m.id for m in match([Message("", where, reason)])] == [signature.id]


@pytest.mark.parametrize("family", families())
def test_a_family_has_the_same_entries_in_every_language(family: str) -> None:
    content = [s.id for s in ALL if s.family == family]
    assert content
    for language in LANGUAGES:
        file = files("auditor.signatures") / f"{family}.{language}.toml"
        entries = tomllib.loads(file.read_text(encoding="utf-8"))
        assert list(entries) == content
        assert all(set(entry) == {"cause", "remedy"} for entry in entries.values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_are_short_and_no_markup(language: str) -> None:
    spoken = words(language)
    assert set(spoken) == set(signatures())
    for name, entry in spoken.items():
        for text, most in ((entry.cause, 2 if language == "ko" else 1), (entry.remedy, 3)):
            assert text.endswith("."), name
            assert 1 <= len(re.findall(r"\.(?:\s|$)", text)) <= most, name
            assert not re.search(r"[`*{}\n]|  ", text), name


def test_a_command_is_filled_and_quoted() -> None:
    signature = signatures()["namespace-not-found"]
    assert command(signature, {}) == "kubectl get namespace NAMESPACE"
    assert command(signature, {"namespace": "shop"}) == "kubectl get namespace shop"
    hostile = command(signature, {"namespace": "x; rm -rf ~"})
    assert hostile == "kubectl get namespace 'x; rm -rf ~'"
