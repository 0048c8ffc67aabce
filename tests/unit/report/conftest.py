"""Two runs as a user would have them, read once."""

from __future__ import annotations

from pathlib import Path

import pytest

from fleetcraft.report.run import Run, read_run
from fleetcraft.report.write import write_report
from unit.report.runs import galapagos_like, japan_like, write_run


@pytest.fixture(scope="session")
def japan_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A reported run in yen: 14 types, 11 areas, 31 requirements."""
    folder = write_run(tmp_path_factory.mktemp("japan"), **japan_like())
    write_report(folder)
    return folder


@pytest.fixture(scope="session")
def japan(japan_folder: Path) -> Run:
    return read_run(japan_folder)


@pytest.fixture(scope="session")
def galapagos_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A reported run in dollars over three years, with a revisit in hours and no sources."""
    folder = write_run(tmp_path_factory.mktemp("galapagos"), **galapagos_like())
    write_report(folder)
    return folder


@pytest.fixture(scope="session")
def galapagos(galapagos_folder: Path) -> Run:
    return read_run(galapagos_folder)
