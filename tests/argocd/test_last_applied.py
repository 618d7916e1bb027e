"""How large client-side apply makes the annotations of an object."""

from auditor.argocd.last_applied import LAST_APPLIED, LIMIT, annotations_size, is_too_big
from auditor.argocd.sync_context import ApplySettings

PLAIN = ApplySettings()


def config(data: str, **annotations: str) -> dict[str, object]:
    meta: dict[str, object] = {"name": "a"} | ({"annotations": annotations} if annotations else {})
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": meta, "data": {"a": data}}


def test_the_copy_ends_in_a_newline_and_has_a_key() -> None:
    compact = '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":{"a":"b"}}\n'
    assert annotations_size(config("b")) == len(compact) + len(LAST_APPLIED)


def test_html_is_escaped_and_letters_are_counted_in_bytes() -> None:
    base = annotations_size(config(""))
    assert annotations_size(config("<>&")) == base + 18
    assert annotations_size(config("가\u2028")) == base + 3 + 6
    assert annotations_size(config('"\n')) == base + 4


def test_other_annotations_count_twice() -> None:
    grown = annotations_size(config("", note="text")) - annotations_size(config(""))
    assert grown == len(',"annotations":{"note":"text"}') + len("notetext")


def test_a_copy_from_before_is_not_counted_as_an_annotation_of_its_own() -> None:
    old = config("", **{LAST_APPLIED: "x" * 100})
    written = len(f',"annotations":{{"{LAST_APPLIED}":""}}') + 100
    assert annotations_size(old) == annotations_size(config("")) + written


def test_the_limit_itself_is_taken() -> None:
    room = LIMIT - annotations_size(config(""))
    assert not is_too_big(config("x" * room), None, PLAIN)
    assert is_too_big(config("x" * (room + 1)), None, PLAIN)


def test_replaced_server_side_or_never_applied() -> None:
    big = config("x" * LIMIT)
    skipped = config("x" * LIMIT, **{"argocd.argoproj.io/hook": "Skip"})
    own = config("x" * LIMIT, **{"argocd.argoproj.io/sync-options": "Replace=true"})
    leaves = config("x" * LIMIT, **{"argocd.argoproj.io/sync-options": "ServerSideApply=false"})
    assert is_too_big(big, None, PLAIN)
    assert not is_too_big(big, None, ApplySettings(replaces=True))
    assert not is_too_big(big, None, ApplySettings(applies_server_side=True))
    assert not is_too_big(skipped, None, PLAIN)
    assert not is_too_big(own, None, PLAIN)
    assert not is_too_big(big, own, PLAIN)
    assert is_too_big(leaves, None, ApplySettings(applies_server_side=True))
