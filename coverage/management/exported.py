"""What a command says of an exported folder that was checked."""

from pathlib import Path

from django.core.management.base import CommandError, OutputWrapper

from coverage.interchange.archive.manifest import Checked

WORDS = {"missing": "missing", "changed": "changed", "strange": "not of the export"}


def tell(checked: Checked, folder: Path, out: OutputWrapper) -> None:
    """A line for all that is wrong. Raises CommandError if anything is."""
    for name, said in WORDS.items():
        for file in getattr(checked, name):
            out.write(f"{said}: {file}")
    for sentence in checked.wrong:
        out.write(sentence)
    if not checked.is_whole:
        raise CommandError(f"{folder} is not as it was exported; {checked.right} files are right.")
    out.write(f"{checked.right} files, all as they were exported.")
