"""What a study's points say together: how each output is spread, what drives it, and where it fails."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fleetcraft.study.engine.journal import Journal
from fleetcraft.study.questionnaire.answering import DONE, FAILED, INFEASIBLE
from fleetcraft.study.questionnaire.batches import BATCHES
from fleetcraft.study.questionnaire.designs import Designed
from fleetcraft.study.questionnaire.outputs import output_name, output_unit
from fleetcraft.study.questionnaire.questions import Factor, Study
from fleetcraft.study.result import head
from fleetcraft.study.selection.rounds import selection_of
from fleetcraft.study.sensitivity.discovery import discover, independent_points
from fleetcraft.study.sensitivity.morris import morris_effects
from fleetcraft.study.sensitivity.sobol import sobol_indices
from fleetcraft.study.sensitivity.tornado import tornado

Floats = NDArray[np.float64]
Json = dict[str, Any]

QUANTILES = {"p05": 0.05, "p50": 0.5, "p95": 0.95}


def study_result(study: Study, points: Designed, journal: Journal) -> Json:
    """result.json of a study every point of which has an answer."""
    status: Counter[str] = Counter()
    reproducible = True
    values = {output: np.full(len(points), np.nan) for output in study.outputs}
    for number, answer in journal.answers():
        status[answer["status"]] += 1
        reproducible &= answer.get("reproducible", True)
        for output, value in answer.get("values", {}).items():
            values[output][number] = np.nan if value is None else value
    return {
        **{key: value for key, value in head(study.scenario, study.seed, {}).items() if key != "seconds"},
        "reproducible": reproducible,
        "study": _study_entry(study, len(points)),
        "points": {name: status[name] for name in (DONE, INFEASIBLE, FAILED)},
        "summary": [{"output": output, **summary(found)} for output, found in values.items()],
        **_sensitivity(study, points, journal),
        **_discovery(study, points, journal),
        **({"selection": selection_of(study, journal)} if study.design.kind == "plans" else {}),
    }


def summary(values: Floats) -> Mapping[str, float | None]:
    """Mean, extremes and quantiles of an output over the points that have it; None where none has."""
    known = values[~np.isnan(values)]
    if not len(known):
        return dict.fromkeys(("mean", "min", *QUANTILES, "max"))
    quantiles = {name: float(np.quantile(known, share)) for name, share in QUANTILES.items()}
    return {"mean": float(known.mean()), "min": float(known.min()), **quantiles, "max": float(known.max())}


def _study_entry(study: Study, points: int) -> Json:
    return {
        "name": study.name,
        "verb": study.verb,
        "options": dict(study.options),
        "design": {"kind": study.design.kind, **study.design.stated},
        "points": points,
        "asked": [each.name for each in study.asked if each.name],
        "factors": [_factor_entry(factor) for factor in study.factors],
        "outputs": [
            {"path": output, "name": output_name(output), "unit": output_unit(study.scenario, output)}
            for output in study.outputs
        ],
    }


def _factor_entry(factor: Factor) -> Json:
    entry: Json = {"path": factor.column, "name": factor.name, "unit": factor.unit}
    entry |= {"low": factor.low, "likely": factor.likely, "high": factor.high}
    return entry | ({"values": list(factor.values)} if factor.values else {})


def _sensitivity(study: Study, points: Designed, journal: Journal) -> Json:
    """Indices, effects or a tornado, where the design is made for them."""
    kind, stated, count = study.design.kind, study.design.stated, len(study.factors)
    names = [factor.column for factor in study.factors]
    if kind == "tornado":
        ends = [factor.low for factor in study.factors], [factor.high for factor in study.factors]
        return {"tornado": {o: tornado(_batches(journal, points, o)).entry(names, *ends) for o in study.outputs}}
    if kind not in ("saltelli", "morris"):
        return {}
    entries: Json = {}
    notes: Json = {}
    for output in study.outputs:
        batches = _batches(journal, points, output)
        if kind == "saltelli":
            indices = sobol_indices(batches, stated["base"], count, study.seed)
            entries[output], notes[output] = indices.entry(names), _note(indices.rows, indices.dropped, indices.reason)
        else:
            effects = morris_effects(_places(study, points), batches, stated["trajectories"], study.seed)
            entries[output], notes[output] = effects.entry(names), _note(effects.rows, effects.dropped, effects.reason)
    method = "sobol" if kind == "saltelli" else "morris"
    return {"sensitivity": {"method": method, "outputs": entries, "rows": notes}}


def _places(study: Study, points: Designed) -> Floats:
    """Where in the factors' ranges the points really are, 0 to 1, (n, D): whole and listed factors take steps."""
    columns = [[f.share_of(value) for value in points.values[:, i]] for i, f in enumerate(study.factors)]
    return np.array(columns, dtype=np.float64).T


def _note(rows: int, dropped: int, reason: str | None) -> Json:
    return {"rows": rows, "dropped": dropped, "reason": reason}


def _discovery(study: Study, points: Designed, journal: Journal) -> Json:
    asked = study.discover
    if asked is None:
        return {}
    apart = independent_points(study.design.kind, len(points), len(study.factors))
    batches = _batches(journal, points, asked.output)[apart]
    found = discover(points.values[apart], batches, asked.limit, asked.below, study.seed)
    names = [factor.column for factor in study.factors]
    return {"discovery": found.entry(asked.output, asked.limit, asked.below, names)}


def _batches(journal: Journal, points: Designed, output: str) -> Floats:
    """An output's means of equal batches of years (n, J), or its one value (n, 1); nan where a point has none."""
    found = np.full((len(points), BATCHES), np.nan)
    widest = 1
    for number, answer in journal.answers():
        row = answer.get("batches", {}).get(output) or [answer.get("values", {}).get(output)]
        widest = max(widest, len(row))
        found[number, : len(row)] = [np.nan if value is None else value for value in row]
    return found[:, :widest]
