"""Prints the table of access for people: `python -m tests.newsroom.access_page` writes docs/access.md anew."""

from pathlib import Path

from tests.newsroom.access_table import ANSWERS, FAMILIES, POLICIES, ROLES, Row

PAGE = Path(__file__).parents[2] / "docs" / "access.md"
HEAD = """# Who may do what

Printed from `tests/newsroom/access_table.py` by `python -m tests.newsroom.access_page`; `tests/newsroom/test_access.py`
asks every address for every role and compares. An address without a row fails there.

A row names a policy for each method, and a policy says what each role is answered. Where an address names something
(the column *of*), the answers for what is her own, a colleague's at her event and a stranger's at another event stand
side by side: `ok/no/-`. Of two the second is for both, one is for all three; a fourth is for what does not exist, where
that differs. Her own are also her event, its keynotes and its guests. What is out of her reach is answered as if it did
not exist, but for a UUID that somebody else has taken: that is 404, and a free one is made.

*Nobody* is whoever is not signed in, somebody whose account is closed, a token at a page, a session at the API, and
outside `/field/` the session of a phone that a link signed in; its token is a token like others. A photographer may do
what a reporter may; *trusted* is a reporter who may publish at the event, *photo* a photo editor. A superuser is a
chief editor. What a verb asks besides, of its post's state and version, stands in [workflow.md](workflow.md).
"""


def printed() -> str:
    """The page."""
    answers = _table(("answer", "means"), [(f"`{word}`", said) for word, said in ANSWERS.items()])
    parts = [HEAD, answers, "## The policies", _policies()]
    for name, rows in FAMILIES.items():
        parts += [f"## {name}", _table(("address", "of", "policies"), [_line(row) for row in rows])]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _policies() -> str:
    rows = [
        (name, *(f"`{policy.of(role)}`" for role in ROLES), policy.says) for name, policy in POLICIES.items()
    ]
    return _table(("policy", *ROLES, "who may"), rows)


def _line(row: Row) -> tuple[str, str, str]:
    given = ", ".join(row.given.values())
    by_policy: dict[str, list[str]] = {}
    for method, policy in row.methods.items():
        by_policy.setdefault(policy, []).append(method)
    policies = "; ".join(f"{', '.join(methods)}: {policy}" for policy, methods in by_policy.items())
    address = f"`/{row.route}`".replace("|", "\\|")
    return f"{address} {given}".strip(), row.of, policies


def _table(titles: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [titles, ("---",) * len(titles), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


if __name__ == "__main__":
    PAGE.write_text(printed())
