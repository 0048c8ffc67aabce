"""A scenario as one workbook: a sheet for each table, one for the requirements, one for every other value.

``write_workbook`` and ``read_workbook`` turn a scenario's files into a workbook and back; what was not changed in
between comes back byte for byte. The first row of a sheet names its columns; units and meanings stand in notes.
"""

from __future__ import annotations

from fleetcraft.scenario.workbook_read import read_workbook
from fleetcraft.scenario.workbook_write import write_workbook

__all__ = ["read_workbook", "write_workbook"]
