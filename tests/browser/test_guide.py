"""The guide's site in a real browser, from the disk: search, languages, nothing from elsewhere."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import websocket

from tests.browser.devtools import Tab, browser, tab
from tests.cli.command import auditor

_FOUND = "[...document.querySelectorAll('#find li a')].map(a => a.getAttribute('href'))"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("guide") / "site"
    done = auditor("guide", "build", "--out", out)
    assert (done.status, done.err) == (0, "")
    return out


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[websocket.WebSocket]:
    with browser(tmp_path_factory.mktemp("chromium")) as socket:
        yield socket


@pytest.fixture
def page(chromium: websocket.WebSocket) -> Iterator[Tab]:
    with tab(chromium) as opened:
        yield opened


def searched(page: Tab, text: str) -> list[str]:
    page.evaluate(
        "(q => { const i = document.querySelector('#find input'); i.value = q;"
        f"i.dispatchEvent(new Event('input')); return 0 }})({text!r})"
    )
    found = page.evaluate(_FOUND)
    assert isinstance(found, list)
    return found


@pytest.mark.parametrize(
    "path",
    [
        *(f"{lang}/{name}.html" for lang in ("ko", "en") for name in ("index", "symptoms")),
        *("ko/failures.html", "en/controls.html", "ko/statements.html"),
        *("index.html", "ko/rules/PRUNE-001.html", "en/rules/DIFF-001.html"),
    ],
)
def test_a_page_loads_only_its_own_files(path: str, page: Tab, folder: Path) -> None:
    page.open((folder / path).as_uri())
    page.evaluate("window.dispatchEvent(new Event('resize'))")
    base = folder.as_uri()
    asked = [request for request in page.requests if not request.startswith("data:")]
    assert asked
    assert all(request.startswith(base) for request in asked)
    assert page.complaints == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_the_search_finds_by_id_by_words_and_by_message(page: Tab, folder: Path) -> None:
    page.open((folder / "en/index.html").as_uri())
    assert searched(page, "prune-001")[0].endswith("rules/PRUNE-001.html")
    assert any("NS-001" in link for link in searched(page, "namespace missing"))
    assert any("failures.html#" in link for link in searched(page, "no endpoints available"))
    assert searched(page, "zzzz nothing like it") == []
    assert page.evaluate("document.querySelector('#find li').className") == "none"


def test_the_search_understands_a_korean_particle(page: Tab, folder: Path) -> None:
    page.open((folder / "ko/index.html").as_uri())
    bare = searched(page, "네임스페이스")
    assert bare
    assert any("NS-" in link for link in searched(page, "네임스페이스에서"))


def test_a_found_page_opens_from_a_page_below(page: Tab, folder: Path) -> None:
    page.open((folder / "ko/rules/NS-001.html").as_uri())
    (link, *_) = searched(page, "RETRY-001")
    resolved = page.evaluate("document.querySelector('#find li a').href")
    assert link.endswith("rules/RETRY-001.html")
    assert resolved == (folder / "ko/rules/RETRY-001.html").as_uri()


def test_without_scripts_the_guide_can_be_read(page: Tab, folder: Path) -> None:
    page.open((folder / "ko/rules/NS-001.html").as_uri(), has_scripts=False)
    text = (folder / "ko/rules/NS-001.html").read_text("utf-8")
    assert "{#" not in text
    assert page.complaints == []
