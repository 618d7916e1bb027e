"""The git command: no hooks, prompts or submodules, nothing of the caller's GIT_* settings."""

import contextlib
import hashlib
import os
import subprocess
import threading
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from auditor.snapshot import redact

_SAFE: Final = (
    "-c",
    "safe.directory=*",
    "-c",
    f"core.hooksPath={os.devnull}",
    "-c",
    "core.fsmonitor=false",
    "-c",
    "protocol.ext.allow=never",
    "-c",
    "submodule.recurse=false",
)
_AT_ONCE: Final = 400
"""Names sent before answers are read: they fit into the buffer of a pipe."""


class GitFailed(Exception):
    """A git command failed; `code` and `facts` are those of a gap."""

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


class Git:
    """Commands on one repository, none of which writes to it or speaks to the network."""

    def __init__(self, path: Path, time: timedelta) -> None:
        self.path = path
        self.time = time
        self.environment = _environment("", path.parent)

    @classmethod
    def at(cls, path: Path, time: timedelta) -> "Git | None":
        """Return the repository whose top `path` is, or None; raise GitFailed without git."""
        if not path.is_dir():
            return None
        git = cls(path.resolve(), time)
        try:
            git.run("rev-parse", "--git-dir")
        except GitFailed as failed:
            if failed.code == "git_failed":
                return None
            raise
        return git

    @classmethod
    def clone(cls, url: str, folder: Path, time: timedelta) -> "Git":
        """Clone `url` bare into `folder`; raise GitFailed (`clone_failed`, `git_timeout`)."""
        command = ("clone", "--bare", "--quiet", "--no-recurse-submodules", "--", url, str(folder))
        _network(command, url, folder.parent, time)
        return cls(folder.resolve(), time)

    @classmethod
    def kept_clone(cls, url: str, clones: Path, time: timedelta) -> "Git":
        """Clone `url` below `clones`, or bring the clone that is there up to date."""
        folder = clones / f"{hashlib.sha256(url.encode()).hexdigest()[:16]}.git"
        if not (folder / "HEAD").is_file():
            return cls.clone(url, folder, time)
        specs = ("+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*")
        _network(
            ("-C", str(folder), "fetch", "--quiet", "--prune", "--", url, *specs),
            url,
            clones,
            time,
        )
        return cls(folder.resolve(), time)

    def run(self, *command: str) -> bytes:
        """Return what a command prints; raise GitFailed."""
        return _run(("-C", str(self.path), *command), self.environment, self.time)

    def commit(self, revision: str) -> str | None:
        """Return the commit a revision names, or None."""
        try:
            name = f"{revision}^{{commit}}"
            found = self.run("rev-parse", "--verify", "--quiet", "--end-of-options", name)
        except GitFailed as failed:
            if failed.code == "git_failed":
                return None
            raise
        return found.decode().strip()

    def refs(self) -> dict[str, str]:
        """Return the commit of every branch and tag by its full name."""
        found = self.run("for-each-ref", "--format=%(refname)%00%(objectname)%00%(*objectname)")
        refs = {}
        for line in found.decode("utf-8", "backslashreplace").splitlines():
            name, oid, peeled = line.split("\0")
            refs[name] = peeled or oid
        return refs

    def branch(self) -> str:
        """Return the branch checked out, or an empty text."""
        with contextlib.suppress(GitFailed):
            return self.run("symbolic-ref", "--short", "--quiet", "HEAD").decode().strip()
        return ""

    def origin(self) -> str:
        """Return the URL of `origin`; an empty text for none, or for a folder of this machine."""
        with contextlib.suppress(GitFailed):
            found = self.run("config", "--get", "remote.origin.url").decode().strip()
            return found if "://" in found or "@" in found else ""
        return ""

    def list_tree(self, commit: str) -> list[bytes]:
        """Return the lines of `git ls-tree` over all folders."""
        listed = self.run("ls-tree", "-r", "-z", "--long", "--full-tree", commit)
        return [line for line in listed.split(b"\0") if line]

    def worktree_files(self) -> list[str]:
        """Return tracked files, and untracked ones that are not ignored."""
        listed = self.run("ls-files", "-z", "--cached", "--others", "--exclude-standard")
        names = {line.decode("utf-8", "surrogateescape") for line in listed.split(b"\0") if line}
        return sorted(names)


class Objects:
    """The object database behind one `git cat-file --batch`, safe to use from several threads."""

    def __init__(self, git: Git) -> None:
        self._git = git
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def blobs(self, oids: Sequence[str]) -> Iterator[bytes | None]:
        """Yield the contents in the order given, None for a missing object; raise GitFailed."""
        for start in range(0, len(oids), _AT_ONCE):
            with self._lock:
                found = list(self._ask(oids[start : start + _AT_ONCE]))
            yield from found

    def _ask(self, oids: Sequence[str]) -> Iterator[bytes | None]:
        process = self._process
        if process is None:
            command = ("git", *_SAFE, "-C", str(self._git.path), "cat-file", "--batch")
            process = self._process = subprocess.Popen(  # noqa: S603 - no shell, fixed words
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=self._git.environment,
            )
        if process.stdin is None or process.stdout is None:
            raise GitFailed("git_failed", reason="cat-file")
        process.stdin.write("".join(f"{oid}\n" for oid in oids).encode())
        process.stdin.flush()
        for _ in oids:
            head = process.stdout.readline().split()
            if len(head) == 2 and head[1] == b"missing":
                yield None
                continue
            if len(head) != 3:
                raise GitFailed("git_failed", reason="cat-file")
            yield process.stdout.read(int(head[2]))
            process.stdout.read(1)

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None


def _network(command: tuple[str, ...], url: str, ceiling: Path, time: timedelta) -> None:
    environment = _environment(_protocol(url), ceiling)
    try:
        _run(command, environment, time)
    except GitFailed as failed:
        code = "clone_failed" if failed.code == "git_failed" else failed.code
        raise GitFailed(code, **failed.facts) from failed


def _protocol(url: str) -> str:
    """Return the one protocol this URL may use; raise GitFailed for any other."""
    scheme = urlsplit(url).scheme if "://" in url else ("ssh" if ":" in url else "file")
    if scheme not in ("https", "http", "ssh", "file") or url.startswith("-"):
        raise GitFailed("clone_failed", reason=f"protocol {scheme}")
    return scheme


def _environment(protocol: str, ceiling: Path) -> Mapping[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    fixed = {
        "GIT_ALLOW_PROTOCOL": protocol,
        "GIT_CEILING_DIRECTORIES": str(ceiling),
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_SSH_COMMAND": "ssh -oBatchMode=yes -oConnectTimeout=15",
        "GIT_TERMINAL_PROMPT": "0",
        "LC_ALL": "C",
    }
    if not protocol:
        # Credential helpers of the user matter for the network only.
        fixed |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    return kept | fixed


def _run(command: tuple[str, ...], environment: Mapping[str, str], time: timedelta) -> bytes:
    try:
        done = subprocess.run(  # noqa: S603 - no shell, words are checked where they are taken in
            ("git", *_SAFE, *command),  # noqa: S607 - the git of the user's PATH
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=True,
            env=environment,
            timeout=time.total_seconds(),
        )
    except FileNotFoundError as error:
        raise GitFailed("git_missing") from error
    except subprocess.TimeoutExpired as error:
        raise GitFailed("git_timeout", seconds=int(time.total_seconds())) from error
    except subprocess.CalledProcessError as error:
        lines = redact.url(error.stderr.decode("utf-8", "replace")).strip().splitlines()
        raise GitFailed("git_failed", reason=lines[-1][:200] if lines else "") from error
    return done.stdout
