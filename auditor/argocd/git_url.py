"""Comparing repository URLs; mirrors `util/git/git.go`."""

import re
from functools import lru_cache

from auditor.kube.go_text import trim_space
from auditor.kube.go_url import BadUrl, round_trip

_SSH = re.compile(r"(ssh://)?([^/:]*?)@[^@]+\Z")


def ssh_user(url: str) -> str | None:
    """Return the user of an SSH URL, or None for a URL of another kind (`IsSSHURL`)."""
    found = _SSH.match(url)
    return found[2] if found else None


@lru_cache(maxsize=4096)
def normalise(url: str) -> str:
    """Return the form two spellings of one repository share (`NormalizeGitURL`).

    Lower case, no `.git`, SSH without its scheme; an empty text for a URL that does not parse.
    """
    text = trim_space(url).lower()
    if ssh_user(text) is not None and not text.startswith("ssh://"):
        text = "ssh://" + text.replace(":", "/", 1)
    try:
        return round_trip(text.removesuffix(".git")).removeprefix("ssh://")
    except BadUrl:
        return ""


def normalise_allow_invalid(url: str) -> str:
    """Return the normal form, or the URL as written where it has none."""
    return normalise(url) or url


def place(url: str) -> str:
    """Return host and path of a repository, whichever way it is fetched; empty for no address.

    For finding a repository that was given: Argo CD itself takes `https` and SSH for different
    repositories, in a project's list for one.
    """
    form = normalise(url)
    address = form.partition("://")[2] or form
    host, _, path = address.partition("/")
    host = host.rpartition("@")[2].partition(":")[0]
    path = path.strip("/").removesuffix(".git")
    return f"{host}/{path}" if "." in host.strip(".") and path else ""


def is_same(left: str, right: str) -> bool:
    """Tell whether two URLs name one repository (`SameURL`)."""
    form = normalise_allow_invalid(left)
    return form != "" and form == normalise_allow_invalid(right)
