"""An export of a newsroom whose pictures lie in a bucket."""

import pytest

from media.storage import Unavailable
from tests.coverage.interchange.archive.conftest import contents_of


def test_pictures_come_from_the_bucket(s3, full, exported):
    names = {f"pictures/{row.file}" for row in full["picture"].renditions.all()}

    found = contents_of(exported())

    assert {name for name in found if name.startswith("pictures/")} == names
    assert all(found[name] for name in names)


def test_a_bucket_that_does_not_answer_leaves_nothing(
    s3, full, exported, move_pictures, closed_port, tmp_path
):
    move_pictures(closed_port)

    with pytest.raises(Unavailable, match="Try again in a minute"):
        exported()
    assert list(tmp_path.iterdir()) == []
