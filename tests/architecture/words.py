"""What the project never talks about: it models watching, and no weapons, no targeting, no strike."""

from __future__ import annotations

from collections.abc import Mapping

FORBIDDEN = (
    r"\bweapon",
    r"\bmissile",
    r"\bstrik(e|es|ing)\b",
    r"\bstruck\b",
    r"\bwarhead",
    r"munition",
    r"\btorpedo",
    r"\blethal",
    r"\bbomb",
    r"\bkamikaze",
    r"\battack",
    r"\btargeting\b",
    r"\bloitering\b",
    r"\bkill[ -]?(chain|web|box|zone)",
    r"\benem(y|ies)\b",
    r"\bhostile (craft|force|ship|target|vessel)",
    r"\bcombat",
    r"\bexplosive",
    r"\bfire[ -]?control",
    r"\bgunner",
)
"""Patterns, in any case; addresses are not searched, since a source is called what its publisher calls it."""

ALLOWED: Mapping[str, tuple[str, ...]] = {
    "README.md": ("It models no weapons, no targeting and no strike, and never will",),
    "CONTRIBUTING.md": ("weapons, targeting, strike",),
    "docs/index.md": ("no weapons, no targeting and no strike",),
    "tests/unit/examples/test_example_tables.py": (
        "weapon|strike|missile|munition|warhead|attack|kamikaze|loiter|bomb|lethal|combat|torped|",
    ),
}
"""Sentences that draw the line itself, by file; each must be there word for word."""
