"""The HTML report in a real browser: silent, self-contained, and useful without scripts."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
import websocket

from tests.browser.devtools import Tab, browser, tab
from tests.cli.command import SAMPLE, auditor

LANGUAGES: Final = ("ko", "en")
_VISIBLE: Final = (
    "[...document.querySelectorAll('.findings .f')].filter(f => f.offsetParent).length"
)
_COUNT: Final = "document.querySelectorAll('.findings .f').length"


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    for language in LANGUAGES:
        done = auditor(
            *("report", "--snapshot", SAMPLE, "--out", folder / language, "--format", "html"),
            *("--lang", language, "--fail-at", "never", "--allow-gaps"),
        )
        assert done.status == 0, done.err
    return {language: folder / language / "report.html" for language in LANGUAGES}


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[websocket.WebSocket]:
    with browser(tmp_path_factory.mktemp("chromium")) as socket:
        yield socket


@pytest.fixture
def page(chromium: websocket.WebSocket) -> Iterator[Tab]:
    with tab(chromium) as opened:
        yield opened


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_loads_nothing_and_complains_about_nothing(
    language: str, page: Tab, pages: dict[str, Path]
) -> None:
    url = pages[language].as_uri()
    page.open(url)
    page.evaluate("window.dispatchEvent(new Event('resize'))")
    asked = [request for request in page.requests if not request.startswith("data:")]
    assert asked == [url]
    assert page.complaints == []
    assert page.evaluate("document.title")
    assert page.evaluate("document.documentElement.lang") == language


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_policy_lets_nothing_else_in(language: str, page: Tab, pages: dict[str, Path]) -> None:
    """A script, a style, a picture and a request that the report does not bring are refused."""
    page.open(pages[language].as_uri())
    assert page.evaluate(
        "document.querySelector('meta[http-equiv=Content-Security-Policy]').content"
    ).startswith("default-src 'none'")
    page.evaluate(
        "var s = document.createElement('script'); s.textContent = 'window.intruder = 1';"
        "document.body.append(s);"
        "var i = new Image(); i.src = 'http://127.0.0.1:9/x.png'; document.body.append(i);"
        "fetch('http://127.0.0.1:9/x').catch(() => 0); 0"
    )
    assert page.evaluate("typeof window.intruder") == "undefined"
    assert any("Content Security Policy" in complaint for complaint in page.complaints)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_address_in_it_is_inside_it_or_only_for_following(
    language: str, page: Tab, pages: dict[str, Path]
) -> None:
    page.open(pages[language].as_uri())
    sources = page.evaluate(
        "[...document.querySelectorAll('[src], link[href], use[href], image[href], [srcset]')]"
        ".map(e => e.getAttribute('src') || e.getAttribute('href') || e.getAttribute('srcset'))"
    )
    assert [one for one in sources if not one.startswith(("data:", "#"))] == []
    inside = page.evaluate(
        "[...document.querySelectorAll('a[href^=\"#\"]')].map(a => a.getAttribute('href'))"
    )
    assert inside
    dead = page.evaluate(
        "[...document.querySelectorAll('a[href^=\"#\"]')].map(a => a.getAttribute('href').slice(1))"
        ".filter(id => id && !document.getElementById(decodeURIComponent(id)))"
    )
    assert dead == []
    text = pages[language].read_text()
    assert not re.search(r"@import|url\((?![\"']?(data:|#))", text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_filter_by_severity_hides_and_shows(
    language: str, page: Tab, pages: dict[str, Path]
) -> None:
    page.open(pages[language].as_uri())
    whole = page.evaluate(_VISIBLE)
    assert whole == page.evaluate(_COUNT) > 3
    severities = page.evaluate("[...document.querySelectorAll('.sv input')].map(i => i.value)")
    assert "critical" in severities
    for severity in severities:
        box = f"document.querySelector('.sv input[value={severity}]')"
        of_it = page.evaluate(
            f"[...document.querySelectorAll('.findings .f')].filter(f => f.dataset.s"
            f" ? f.dataset.s === '{severity}'"
            f" : ![...f.querySelectorAll('[data-s]')].some(n => n.dataset.s !== '{severity}')"
            ").length"
        )
        page.evaluate(f"{box}.click()")
        assert page.evaluate(_VISIBLE) == whole - of_it, severity
        page.evaluate(f"{box}.click()")
        assert page.evaluate(_VISIBLE) == whole
    assert page.complaints == []


def test_the_search_finds_and_the_button_resets(page: Tab, pages: dict[str, Path]) -> None:
    page.open(pages["ko"].as_uri())
    whole = page.evaluate(_VISIBLE)
    search = "var q = document.querySelector('#filter input[type=search]');"
    typed = "q.dispatchEvent(new Event('input', {bubbles: true})); 0"
    page.evaluate(f"{search} q.value = 'NS-001'; {typed}")
    assert 0 < page.evaluate(_VISIBLE) < whole
    page.evaluate(f"{search} q.value = 'no such thing at all'; {typed}")
    assert page.evaluate(_VISIBLE) == 0
    page.evaluate("document.querySelector('#filter button').click()")
    assert page.evaluate(_VISIBLE) == whole


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_scripts_everything_is_there(
    language: str, page: Tab, pages: dict[str, Path]
) -> None:
    page.open(pages[language].as_uri(), has_scripts=False)
    assert page.complaints == []
    markup = page.markup()
    written = pages[language].read_text()
    for mark in ('class="f', "<section", "<table", "NS-001", "js-hide"):
        assert markup.count(mark) == written.count(mark), mark
    root = page.call("DOM.getDocument", depth=0)["root"]["nodeId"]
    found = page.call("DOM.querySelectorAll", nodeId=root, selector=".findings .f")["nodeIds"]
    assert len(found) > 3
    for node in found[:3]:
        (x, y, *_) = page.call("DOM.getBoxModel", nodeId=node)["model"]["content"]
        assert x >= 0
        assert y > 0
    assert markup.count("<script") == 1


def test_korean_is_written_in_korean(page: Tab, pages: dict[str, Path]) -> None:
    page.open(pages["ko"].as_uri())
    text = str(page.evaluate("document.body.innerText"))
    assert len(re.findall(r"[가-힣]", text)) > 1000
    assert "\ufffd" not in text
    english = pages["en"].read_text()
    assert not re.findall(r"[가-힣]", english)


def test_a_narrow_window_does_not_scroll_sideways(page: Tab, pages: dict[str, Path]) -> None:
    page.call(
        *("Emulation.setDeviceMetricsOverride",),
        width=390,
        height=800,
        deviceScaleFactor=1,
        mobile=False,
    )
    page.open(pages["ko"].as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
