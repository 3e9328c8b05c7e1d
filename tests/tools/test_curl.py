"""An example that is not answered as its page says is seen."""

import os
from pathlib import Path

import pytest

from tests import curl

PAGE = """
```sh
answer='{"id": 7, "state": "draft", "images": [{"image": "x"}]}'
printf 'HTTP/1.1 200 OK\\r\\nETag: "7"\\r\\n\\r\\n%s' "$answer"
printf 'HTTP/1.1 410 Gone\\r\\n\\r\\n'
```

```http
HTTP/1.1 SAID OK
ETag: "…"

{"id": "…", "state": "STATE", "images": [{"image": "x", "…": "…"}], "…": "…"}
```

```http
HTTP/1.1 410 Gone
```

```sh
echo "$answer" > kept && echo kept at $$
```

```text
kept at …
```
"""


def wrong(folder: Path, page: str) -> list[str]:
    (folder / "page.md").write_text(page)
    ran = curl.run(folder / "page.md", folder, dict(os.environ))
    return [one for example, printed in ran for one in curl.differences(example, printed)]


@pytest.mark.parametrize(
    ("status", "state", "differences"),
    [
        ("200", "draft", []),
        ("201", "draft", ["status: 200, not 201"]),
        ("200", "published", ["body.state: 'draft', not 'published'"]),
    ],
)
def test_answers_are_compared_with_what_the_page_says(tmp_path, status, state, differences):
    assert wrong(tmp_path, PAGE.replace("SAID", status).replace("STATE", state)) == differences


def test_an_answer_that_is_not_there_is_seen(tmp_path):
    assert wrong(tmp_path, "```sh\necho one\n```\n\n```text\ntwo\n```\n") == ["text: 'one', not 'two'"]
    assert wrong(tmp_path, "```sh\ntrue\n```\n\n```text\ntwo\n```\n") == ["0 answers, not 1: "]
    assert len(wrong(tmp_path, "```sh\necho one\n```\n")) == 1


def test_an_example_that_fails_is_seen(tmp_path):
    with pytest.raises(AssertionError, match="no such command"):
        wrong(tmp_path, "```sh\necho no such command >&2; exit 3\n```\n")
