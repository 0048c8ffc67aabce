"""Write the laws' texts anew: ``cd tests && python -m golden.regenerate``; then read what changed before keeping it."""

from __future__ import annotations

from golden.laws import golden_file, law_texts

if __name__ == "__main__":
    for law, text in law_texts().items():
        golden_file(law).write_text(text, encoding="utf-8")
