"""Two stored runs beside each other: what each says of itself, and what differs in options and orders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from fleetcraft.errors import RunError
from fleetcraft.study.store.folder import MANIFEST, read_manifest, read_object
from fleetcraft.study.store.index import entry_of

Json = dict[str, Any]

ONE_PLAN = ("plan", "simulate", "replan")
"""Verbs whose answer is that of one plan."""


def beside(first: Path, second: Path) -> Json:
    """Two runs as plain data: ``runs``, what differs in ``options`` and ``orders`` (craft by type), and ``outputs``.

    The differences are None unless both runs are of one plan each. ``outputs`` are those of studies, each with its mean
    over the points of either. Raises RunError where a folder is not a whole run.
    """
    folders = (first, second)
    manifests = [read_manifest(folder) for folder in folders]
    results = [_result(folder) for folder in folders]
    comparable = all(manifest.get("verb") in ONE_PLAN for manifest in manifests)
    return {
        "runs": [_side(folder, result) for folder, result in zip(folders, results, strict=True)],
        "options": _differences([manifest.get("options", {}) for manifest in manifests]) if comparable else None,
        "orders": _differences([_craft(result) for result in results], 0.0) if comparable else None,
        "outputs": _outputs(results),
    }


def _result(folder: Path) -> Json:
    try:
        return read_object(folder / "result.json")
    except (OSError, ValueError) as error:
        raise RunError(f"{folder / 'result.json'}: found {error}, expected the result of a run") from error


def _side(folder: Path, result: Mapping[str, Any]) -> Json:
    """The run's row of the index, with each attainment that it found and, of a study, the kind of its design."""
    entry = entry_of(folder)
    if entry is None:
        raise RunError(f"{folder / MANIFEST}: found a manifest that cannot be read, expected that of a run")
    return {**asdict(entry), "folder": folder.as_posix(), "attainments": _attainments(result), "design": _kind(result)}


def _kind(result: Mapping[str, Any]) -> str | None:
    return str(result["study"]["design"]["kind"]) if "study" in result else None


def _outputs(results: Sequence[Mapping[str, Any]]) -> list[Json]:
    """Each output of the studies among two runs, with its unit and its mean in either; None where there is none."""
    named = {output["path"]: output for result in results for output in result.get("study", {}).get("outputs", ())}
    means = [{row["output"]: row["mean"] for row in result.get("summary", ())} for result in results]
    return [
        {"name": output["name"], "unit": output["unit"], "first": means[0].get(path), "second": means[1].get(path)}
        for path, output in named.items()
    ]


def _attainments(result: Mapping[str, Any]) -> list[Json]:
    """Each plan of a run by name, with its simulated attainment and interval; None of each where there is no plan.

    A study has none: its points are a table of its own.
    """
    plans: list[tuple[str, Mapping[str, Any]]] = [("plan", result)] if "attainment" in result else []
    plans += [("open competition", result["open"])] if "open" in result else []
    plans += [(restriction["name"], restriction) for restriction in result.get("restrictions", ())]
    points = result.get("points", ()) if "study" not in result else ()
    plans += [(_point(point, result["currency"]), point) for point in points]
    return [
        {"name": name, **{key: (plan.get("attainment") or {}).get(key) for key in ("simulated", "low", "high")}}
        for name, plan in plans
    ]


def _point(point: Mapping[str, Any], currency: str) -> str:
    """A point of a frontier by its budget, and its weight of risk where it has one."""
    weight = point.get("risk_weight")
    return f"budget {point['budget']:,.0f} {currency}" + (f", risk weight {weight:g}" if weight is not None else "")


def _craft(result: Mapping[str, Any]) -> dict[str, float]:
    """Craft ordered before the news by type."""
    craft: dict[str, float] = {}
    for order in result.get("orders", ()):
        craft[order["platform"]] = craft.get(order["platform"], 0.0) + order["quantity"]
    return craft


def _differences(sides: Sequence[Mapping[str, Any]], absent: Any = None) -> list[Json]:
    """What two mappings hold differently, in order of the names."""
    first, second = sides
    rows = [(name, first.get(name, absent), second.get(name, absent)) for name in sorted({*first, *second})]
    return [{"name": name, "first": one, "second": other} for name, one, other in rows if one != other]
