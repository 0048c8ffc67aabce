"""Data flows one way, and importing the package costs nothing."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
import tomllib

from importlinter.cli import lint_imports

from architecture.project import PACKAGE, ROOT, modules

HEAVY = {"altair", "highspy", "llvmlite", "numba", "pandas", "pyarrow", "vl_convert"}


def modules_after(statement: str) -> set[str]:
    """Top-level modules that a fresh interpreter has after a statement and had not before."""
    code = f"import json, sys; old = set(sys.modules); {statement}; print(json.dumps(sorted(set(sys.modules) - old)))"
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True)
    return {name.partition(".")[0] for name in json.loads(done.stdout)}


def test_layers_hold(capsys) -> None:
    status = lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True)
    assert status == 0, capsys.readouterr().out


def test_every_part_of_the_package_has_its_layer() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layered = {
        name.strip().removeprefix("fleetcraft.")
        for contract in contracts
        if contract["type"] == "layers"
        for row in contract["layers"]
        for name in row.split("|")
    }
    parts = {path.stem for path in PACKAGE.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    assert layered == parts - {"__init__"}


def test_nobody_imports_the_face_of_the_package() -> None:
    parts = {path.stem for path in PACKAGE.iterdir()} | {"__version__"}
    found = [
        f"{path}:{node.lineno}"
        for path, tree in modules()
        for node in ast.walk(tree)
        if (isinstance(node, ast.ImportFrom) and node.module == "fleetcraft" and {a.name for a in node.names} - parts)
        or (isinstance(node, ast.Import) and any(alias.name == "fleetcraft" for alias in node.names))
    ]
    assert not found


def test_importing_fleetcraft_imports_nothing_else() -> None:
    foreign = modules_after("import fleetcraft") - sys.stdlib_module_names - {"fleetcraft"}
    assert not foreign


def test_the_command_line_starts_without_solver_compiler_or_charts() -> None:
    loaded = modules_after("import fleetcraft.cli.main")
    assert "fleetcraft" in loaded
    assert not loaded & HEAVY


def test_the_studio_serves_its_page_without_solver_compiler_or_charts() -> None:
    loaded = modules_after("import fleetcraft.studio.server")
    assert "fleetcraft" in loaded
    assert not loaded & (HEAVY | {"pyproj", "scipy", "xlsxwriter"})
