"""What is told, a line each, where a cluster cannot be worked with."""

from __future__ import annotations

from fleetcraft import __version__
from fleetcraft.errors import RunError
from fleetcraft.study.store.program import Makeup, makeup


def other(worker: str, theirs: Makeup) -> RunError:
    """A worker would count otherwise than this process."""
    names = [name for name, mine in makeup().items() if theirs.get(name) != mine]
    sides = [", ".join(f"{name} {side.get(name)}" for name in names) for side in (theirs, makeup())]
    return stranger(worker, *sides)


def stranger(worker: str, found: str, expected: str = f"fleetcraft {__version__}") -> RunError:
    """A worker is not as this process is."""
    return RunError(
        f"worker {worker}: found {found}, expected {expected} as here, else answers could differ; start the workers "
        "from the environment that the study is started from, best from one container image"
    )


def no_scheduler(address: str, error: Exception) -> RunError:
    """Nobody answers at an address, or not as a scheduler does."""
    return RunError(f"{address}: found no Dask scheduler ({first_line(error)}), expected one such as tcp://HOST:8786")


def no_worker(address: str, waited_s: float) -> RunError:
    """A scheduler has nobody to work."""
    return RunError(
        f"{address}: found no worker for {waited_s:.0f} s, expected one or more, each started by "
        f"dask worker {address} --nthreads 1"
    )


def first_line(error: Exception) -> str:
    """What an error says; Dask wraps some into plain ones that name what they were."""
    text = str(error) if type(error) is Exception else f"{type(error).__name__}: {error}"
    return text.strip().partition("\n")[0]
