"""Audit an Argo CD installation against the troubleshooting guide."""

from typing import Final

VERSION: Final = "0.1.0"
