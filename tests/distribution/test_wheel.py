"""What is published is whole: the wheel holds every file it needs, and plans galapagos in an environment of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NEEDED = (
    "py.typed",
    "__init__.pyi",
    "geo/land_50m.wkb.gz",
    "geo/LICENCE-land_50m.txt",
    "report/style.css",
    *(f"scenario/examples/{name}/scenario.yaml" for name in ("japan-2026", "galapagos")),
)
NO_NETWORK = """
import socket

def refuse(*_):
    raise OSError("fleetcraft reached for the network")

socket.socket.connect = socket.socket.connect_ex = socket.getaddrinfo = refuse
"""


def hatch(target: str, source: Path, folder: Path) -> Path:
    """Build a wheel or an sdist of a source folder."""
    command = [sys.executable, "-m", "hatchling", "build", "--target", target, "--directory", str(folder)]
    subprocess.run(command, cwd=source, check=True, capture_output=True)
    (built,) = folder.glob("fleetcraft-*")
    return built


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return hatch("sdist", ROOT, tmp_path_factory.mktemp("sdist"))


@pytest.fixture(scope="module")
def wheel(sdist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from the unpacked sdist, as an installer without a wheel would."""
    unpacked = tmp_path_factory.mktemp("unpacked")
    with tarfile.open(sdist) as archive:
        archive.extractall(unpacked, filter="data")
    (source,) = unpacked.iterdir()
    return hatch("wheel", source, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bin folder of an environment with the wheel in it; what it depends on is borrowed, the network is cut."""
    home = tmp_path_factory.mktemp("environment")
    venv.create(home, with_pip=False)
    paths = {"base": str(home), "platbase": str(home)}
    packages, scripts = (Path(sysconfig.get_path(kind, "venv", vars=paths)) for kind in ("purelib", "scripts"))
    pip = [sys.executable, "-m", "pip", "--python", str(scripts / "python"), "install", "--quiet"]
    subprocess.run([*pip, "--no-index", "--no-deps", str(wheel)], check=True)
    (packages / "no_network.py").write_text(NO_NETWORK)
    (packages / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\nimport no_network\n")
    return scripts


def run(installed: Path, folder: Path, *arguments: str) -> str:
    """What the installed command prints, run in a folder away from the repository."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run(
        [installed / "fleetcraft", *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_wheel_holds_the_package_and_nothing_else(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    source = ROOT / "src" / "fleetcraft"
    shipped = {
        f"fleetcraft/{path.relative_to(source).as_posix()}"
        for path in source.rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    assert {f"fleetcraft/{name}" for name in NEEDED} <= names
    assert {name for name in names if ".dist-info/" not in name} == shipped
    licences = {name.rpartition("/")[2] for name in names if ".dist-info/licenses/" in name}
    assert licences == {"LICENSE", "NOTICE"}


def test_sdist_holds_what_the_checks_need(sdist: Path) -> None:
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    needed = {"pyproject.toml", "constraints.txt", "Makefile", "README.md", "LICENSE", "NOTICE", "tests/builders.py"}
    assert needed <= names
    assert not any(name.startswith((".venv", ".git/", "runs/")) for name in names)


def test_installed_wheel_is_what_runs_and_the_network_is_cut(installed: Path, tmp_path: Path) -> None:
    code = "import fleetcraft, socket; print(fleetcraft.__file__, socket.getaddrinfo.__name__)"
    python = installed / "python"
    done = subprocess.run([python, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    file, resolver = done.stdout.split()
    assert Path(file).is_relative_to(installed.parent)
    assert resolver == "refuse"


def test_installed_wheel_lists_and_checks_the_examples(installed: Path, tmp_path: Path) -> None:
    listed = run(installed, tmp_path, "examples")
    assert "japan-2026" in listed
    assert "galapagos" in listed
    assert json.loads(run(installed, tmp_path, "check", "galapagos", "--json"))["faults"] == []


def test_installed_wheel_plans_galapagos_without_network(installed: Path, tmp_path: Path) -> None:
    quick = ("--futures", "10", "--replications", "20", "--out", "run", "--json")
    result = json.loads(run(installed, tmp_path, "plan", "galapagos", *quick))
    assert result["status"] in ("optimal", "feasible")
    assert result["orders"]
    assert result["attainment"]["simulated"] > 0
    assert {"manifest.json", "plan.json", "result.json", "report.html"} <= set(os.listdir(tmp_path / "run"))
