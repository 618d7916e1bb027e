"""A process of its own that downloads one chart through the Helm SDK, under limits.

Arguments: chart or `oci://` name, URL of the repository or nothing, version or constraint, folder,
limit of its size in bytes. It has no credentials, for its HOME is empty.
"""

import resource
import sys
from typing import Final

_MEMORY: Final = 1_000_000_000


def main() -> None:
    """Download; what went wrong is the last line of stderr."""
    reference, repository, version, folder, limit = sys.argv[1:6]
    limits = (
        (resource.RLIMIT_FSIZE, int(limit)),
        # The SDK holds what it receives in memory before it writes it.
        (resource.RLIMIT_DATA, _MEMORY),
        (resource.RLIMIT_CORE, 0),
    )
    for kind, value in limits:
        resource.setrlimit(kind, (value, value))
    try:
        import helm_python as helm  # noqa: PLC0415 - may be missing
    except ImportError:
        sys.exit("the Helm SDK is not installed")
    try:
        helm.pull(
            reference,
            repo_url=repository or None,
            version=version or None,
            destination=folder,
        )
    except helm.HelmError as error:
        sys.exit(" ".join(str(error).split()))


if __name__ == "__main__":
    main()
