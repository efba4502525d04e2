"""A Dask cluster as the place where files are looked into: `--executor dask://HOST:PORT`."""

from __future__ import annotations

import contextlib
import logging
import re
from typing import TYPE_CHECKING, Any

from stockctl.errors import RemoteError, UsageError
from stockctl.machines.far import Far

if TYPE_CHECKING:
    from collections.abc import Iterator

_ADDRESS = re.compile(r"dask(?P<tls>\+tls)?://(?P<host>\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+):(?P<port>\d{1,5})/?")
# How long the scheduler may take to answer, and to have a worker.
_REACHED_S, _WORKERS_S = 10, 30


def address(text: str) -> str:
    """Return Dask's own address for ours: `dask://HOST:PORT`, or `dask+tls://HOST:PORT` with Dask's settings for TLS.

    Raises:
        UsageError: it is none.

    """
    found = _ADDRESS.fullmatch(text.strip())
    if found is None or not 0 < int(found["port"]) < 65536:
        raise UsageError(f"--executor {text!r} names no scheduler", hint="write it like dask://192.168.1.10:8786")
    return f"{'tls' if found['tls'] else 'tcp'}://{found['host']}:{found['port']}"


@contextlib.contextmanager
def cluster(text: str) -> Iterator[Far]:
    """Reach the scheduler that `dask://HOST:PORT` names; leaving the block leaves its cluster as it was.

    Raises:
        UsageError: that is no address, or Dask is not installed.
        RemoteError: nobody answers there, or it has no workers.

    """
    place = address(text)
    try:
        from distributed import Client
    except ImportError as error:
        raise UsageError("Dask is not installed", hint="pip install 'stockctl[dask]'") from error
    # Its own words about connections that come and go would stand between ours.
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    try:
        client: Any = Client(place, timeout=_REACHED_S, set_as_default=False)  # type: ignore[no-untyped-call,unused-ignore]
    except (OSError, TimeoutError, ValueError, RuntimeError) as error:
        raise RemoteError(
            f"no Dask scheduler answers: {type(error).__name__}", where=text, hint="start one: dask scheduler"
        ) from error
    with client:
        try:
            client.wait_for_workers(1, timeout=_WORKERS_S)
        except TimeoutError as error:
            hint = f"start some where stockctl is installed: dask worker {place} --nthreads 1"
            raise RemoteError("the scheduler has no workers", where=text, hint=hint) from error
        executor = client.get_executor(pure=False)
        try:
            yield Far(executor, _threads(client), alive=lambda: bool(_threads(client)))
        finally:
            executor.shutdown(wait=False)


def _threads(client: Any) -> int:  # noqa: ANN401 - Dask has no types
    """Return how many tasks the cluster works on at once; 0 where no worker is left."""
    with contextlib.suppress(OSError, RuntimeError):
        return int(sum(client.nthreads().values()))
    return 0
