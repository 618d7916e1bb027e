"""The system libraries of the PDF: found, installed where this user may, or named.

`python -m auditor.renderer.libraries --install` is what `make report` calls first. It never fails
the run: the other formats do without.
"""

import contextlib
import io
import os
import shutil
import subprocess
import sys
from typing import Final

DEBIAN: Final = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0", "fontconfig")

_ADVICE: Final = """\
The PDF needs the Pango library, which this machine lacks; HTML, JSON and text work without it.
  Debian, Ubuntu:  apt-get install {debian}
  Fedora:          dnf install pango
  Alpine:          apk add pango
  macOS:           brew install pango
"""


def is_present() -> bool:
    """Say whether WeasyPrint finds Pango."""
    # WeasyPrint explains itself on stdout, which is for data
    with contextlib.redirect_stdout(io.StringIO()):
        try:
            import weasyprint  # noqa: PLC0415 - the import is the question
        except OSError:
            return False
    return bool(weasyprint)


def install() -> bool:
    """Install with apt where that is possible without asking; say whether it was."""
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        return False
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ["apt-get", "update", "-qq"],
        ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *DEBIAN],
    ):
        done = subprocess.run(command, env=quiet, stdout=subprocess.DEVNULL, check=False)  # noqa: S603
        if done.returncode:
            return False
    return True


def main() -> None:
    """Print nothing where all is there, else what was installed or what to install.

    `--formats` prints the formats that this machine can make, for `auditor report --format`.
    """
    if "--formats" in sys.argv[1:]:
        sys.stdout.write("html,pdf,json\n" if is_present() else "html,json\n")
        return
    if is_present():
        return
    if "--install" in sys.argv[1:] and install():
        sys.stderr.write(f"installed for the PDF: {' '.join(DEBIAN)}\n")
        return
    sys.stderr.write(_ADVICE.format(debian=" ".join(DEBIAN)))


if __name__ == "__main__":
    main()
