"""No file names a machine, a registry or the reference folder, and none speaks of what the project does not model."""

from __future__ import annotations

import re
from collections.abc import Iterator

from architecture.project import ROOT, text_files
from architecture.words import ALLOWED, FORBIDDEN

ADDRESS = re.compile(r"https?://[^\s,\"')>]+")
FORBIDDEN_WORDS = re.compile("|".join(FORBIDDEN), re.I)
FOREIGN = {
    "the folder of reference data": re.compile(r"\.\./shared"),
    "a path of one machine": re.compile(r"(?<![\w.:/${}()*~-])/(work|farm|home|root|tmp|Users|opt)/"),
    "a package registry": re.compile(r"pypi\.org|python[h]osted|npm[j]s|index[-]url|ana[c]onda\.org|\"resolved\": *\""),
}


def lines_matching(pattern: re.Pattern[str], path: str, text: str) -> Iterator[str]:
    for number, line in enumerate(text.splitlines(), 1):
        if pattern.search(line):
            yield f"{path}:{number}: {line.strip()[:120]}"


def test_no_file_speaks_of_weapons() -> None:
    found = []
    for path, text in text_files():
        if path == "tests/architecture/words.py":
            continue
        for sentence in ALLOWED.get(path, ()):
            assert sentence in text, f"{path} no longer says: {sentence}"
            text = text.replace(sentence, "")
        found += lines_matching(FORBIDDEN_WORDS, path, ADDRESS.sub("", text))
    assert not found, "\n".join(found)


def test_no_file_names_a_machine_a_registry_or_the_reference_folder() -> None:
    found = [
        f"{what}: {line}"
        for path, text in text_files()
        for what, pattern in FOREIGN.items()
        for line in lines_matching(pattern, path, text)
    ]
    assert not found, "\n".join(found)


def test_constraints_are_exact_versions_and_nothing_else() -> None:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    stated = [line for line in lines if not line.startswith("#")]
    wrong = [line for line in stated if not re.fullmatch(r"[A-Za-z0-9._-]+==[0-9][0-9A-Za-z.]*", line)]
    assert stated
    assert not wrong
