"""The PDF: the same bytes again, fonts inside, Korean that can be searched."""

import subprocess
import sys
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdf
import pytest

from auditor.renderer.pdf import pdf, whole_words
from auditor.renderer.unavailable import Unavailable
from tests.report import sample

_MAKE = """
import sys
sys.path.insert(0, sys.argv[1])
from auditor.renderer.pdf import pdf
from tests.report import sample
sys.stdout.buffer.write(pdf(sample.view(sys.argv[2])))
"""
ROOT = Path(__file__).resolve().parents[2]


def _made(language: str) -> bytes:
    command = [sys.executable, "-c", _MAKE, str(ROOT), language]
    return subprocess.run(command, check=True, capture_output=True).stdout


@pytest.fixture(scope="module")
def korean() -> bytes:
    try:
        return pdf(sample.view("ko"))
    except Unavailable as error:
        pytest.skip(f"{error.code}: {error.facts}")


def test_two_processes_make_the_same_bytes(korean: bytes) -> None:
    assert _made("ko") == korean


def test_korean_is_found_whole_in_the_text(korean: bytes) -> None:
    text = "".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(korean)).pages)
    assert "\u2060" not in text
    for words in ("점검 보고서", "배포 대상 네임스페이스", "미판정", "plate-batch-prod"):
        assert words in text


def test_fonts_are_embedded_and_the_document_is_archival(korean: bytes) -> None:
    reader = pypdf.PdfReader(BytesIO(korean))
    fonts = {name: font for page in reader.pages for name, font in _fonts(page).items()}
    assert any("Noto" in name for name in fonts)
    assert any("JetBrains" in name for name in fonts)
    for name, font in fonts.items():
        descriptor = font["/DescendantFonts"][0].get_object()["/FontDescriptor"]
        assert {"/FontFile2", "/FontFile3"} & set(descriptor.get_object()), name
    root: Any = reader.trailer["/Root"]
    assert "/StructTreeRoot" in root
    assert "/OutputIntents" in root
    assert b"pdfaid:part" in root["/Metadata"].get_object().get_data()
    assert reader.pages[0].mediabox.width == pytest.approx(595, abs=1)


def _fonts(page: pypdf.PageObject) -> dict[str, Any]:
    resources: Any = page["/Resources"]
    fonts = resources.get("/Font", {})
    return {str(f.get_object()["/BaseFont"]): f.get_object() for f in fonts.values()}


def test_the_time_in_the_document_is_that_of_the_snapshot(korean: bytes) -> None:
    metadata = pypdf.PdfReader(BytesIO(korean)).metadata
    assert metadata is not None
    dates = [str(value) for key, value in metadata.items() if key.endswith("Date")]
    assert all("20261122170239" in date for date in dates)
    assert b"2026-11-22T17:02:39" in korean or not dates


def test_without_pango_the_reader_is_told_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "weasyprint.py").write_text("raise OSError('cannot load libpango-1.0-0')")
    code = """
import sys
sys.path[:0] = sys.argv[1:3]
from auditor.renderer.pdf import pdf
from auditor.renderer.unavailable import Unavailable
from tests.report import sample
try:
    pdf(sample.view("en"))
except Unavailable as error:
    print(error.code, error.facts["packages"])
"""
    command = [sys.executable, "-c", code, str(tmp_path), str(ROOT)]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert said.startswith("pango_missing libpango-1.0-0")


def test_syllables_are_joined_in_prose_only() -> None:
    joined = whole_words("<p>동기화가 끝</p><pre>동기화</pre><h2>동기화</h2><code>a</code>는")
    assert joined == (
        "<p>동\u2060기\u2060화\u2060가 끝</p><pre>동기화</pre><h2>동기화</h2><code>a</code>\u2060는"
    )
