"""`[URL=]PATH|URL[@REV]`: how a user names a repository."""

from pathlib import Path

from auditor.collector.git_options import RepositorySpec


def repository(text: str, revision: str = "") -> RepositorySpec:
    """Read `[URL=]PATH|URL[@REV]`; `revision` is read where the text names none.

    A file name that holds an `@` and exists is a path; the `@` of `user@host` is no revision.
    """
    url, equals, path = text.partition("=")
    if equals and ("://" in url or "@" in url):
        where, own = _split_path(path)
        return RepositorySpec(url=url, path=Path(where), revision=own or revision)
    where, own = _split_path(text)
    if own or Path(text).exists() or ("://" not in text and "@" not in text):
        return RepositorySpec(path=Path(where), revision=own or revision)
    url, own = _split_url(text)
    return RepositorySpec(url=url, revision=own or revision)


def _split_path(text: str) -> tuple[str, str]:
    """Return path and revision; the revision is empty where no such path is there."""
    path, _, revision = text.rpartition("@")
    if path and revision and not Path(text).exists() and Path(path).exists():
        return path, revision
    return text, ""


def _split_url(text: str) -> tuple[str, str]:
    """Return URL and revision; only an `@` behind the host and in a name parts them."""
    url, _, revision = text.rpartition("@")
    _, scheme, rest = url.partition("://")
    # `https://user@host/path`, and `user@host:path` as scp writes it
    host, slash, _ = rest.partition("/") if scheme else url.partition(":")
    if host and slash and revision and not url.endswith(("/", ":")):
        return url, revision
    return text, ""
