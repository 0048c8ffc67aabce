"""What a guide tells the reader to type works as it stands, in order."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

DOCS = Path(__file__).parents[2] / "docs"
ACTIVATE = "source .venv/bin/activate\n"


def guide(name: str) -> str:
    return (DOCS / "guides" / f"{name}.md").read_text(encoding="utf-8")


def blocks(text: str, language: str) -> list[str]:
    """The fenced examples of a page in one language."""
    return re.findall(rf"```{language}\n(.*?)```", text, re.S)


def typed(folder: Path, program: str, *arguments: str) -> str:
    """What a program prints in a folder, with fleetcraft on the path."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        [program, *arguments], cwd=folder, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def result(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "result.json").read_text())
    return found


def merged(stated: Any, more: Any) -> Any:
    """Mappings key by key, lists one after the other."""
    if isinstance(stated, dict) and isinstance(more, dict):
        return {**stated, **{key: merged(stated.get(key), value) for key, value in more.items()}}
    return [*stated, *more] if isinstance(stated, list) else more


def test_first_plan(tmp_path: Path) -> None:
    text = guide("first-plan")
    activate, *commands = blocks(text, "sh")
    (own_plan,) = blocks(text, "json")
    assert activate == ACTIVATE
    (tmp_path / "my-plan.json").write_text(own_plan)
    typed(tmp_path, "bash", "-euo", "pipefail", "-c", "".join(commands))
    results = {name: result(tmp_path / name) for name in ("first", "first-again", "mine")}
    assert results["first"]["cost"]["budget"]["2026"]["obligation"] == 40e6
    assert {order["platform"] for order in results["mine"]["orders"]} == {"sd_voyager", "scaneagle"}
    assert results["first-again"]["attainment"]["simulated"] != results["first"]["attainment"]["simulated"]
    assert json.loads((tmp_path / "answer.json").read_text())["run"] == "for-a-program"


def test_one_year(tmp_path: Path) -> None:
    text = guide("one-year")
    activate, start, *judge = blocks(text, "sh")
    (own_plan,), (more,) = blocks(text, "json"), blocks(text, "yaml")
    assert activate == ACTIVATE
    typed(tmp_path, "bash", "-euo", "pipefail", "-c", start)
    statement = tmp_path / "my-year" / "scenario.yaml"
    whole = merged(yaml.safe_load(statement.read_text()), yaml.safe_load(more))
    statement.write_text(yaml.safe_dump(whole, sort_keys=False))
    (tmp_path / "year-plan.json").write_text(own_plan)
    typed(tmp_path, "bash", "-euo", "pipefail", "-c", "".join(judge))
    judged, followed = result(tmp_path / "judged"), result(tmp_path / "followed")
    assert judged["stopping"]["reached"] <= judged["stopping"]["half_width"] == 0.1
    assert 30 <= judged["replications"] < judged["stopping"]["most"]
    assert judged["scenario"]["hash"] == followed["scenario"]["hash"]
    count, play = blocks(text, "python")
    share, told, *_ = typed(tmp_path, sys.executable, "-c", count).splitlines()
    assert float(share) == float(told) > 0
    typed(tmp_path, sys.executable, "-c", play)
    noon = json.loads((tmp_path / "noon.geojson").read_text())["features"]
    assert {feature["properties"]["platform"] for feature in noon} <= {"sd_explorer", "scaneagle", "seaglider"}
    assert any(feature["geometry"] for feature in noon)
