"""`docs/workflow.md` is the transition table, printed: a change of one is a change of the other."""

from pathlib import Path

from newsroom.editorial.states import PostState
from newsroom.editorial.workflow import EVENT_VERBS, POST_VERBS, EventVerb, Verb

PAGE = Path(__file__).parents[2] / "docs" / "workflow.md"


def states(names) -> str:
    return ", ".join(state.label for state in PostState if state in names) or "–"


def post_line(verb: Verb) -> str:
    target = PostState(verb.target).label if verb.target else "as before"
    takes = ", ".join(f"{name}{'*' if needed else ''}" for name, needed in verb.takes.items()) or "–"
    second = states(verb.second_reader_sources) if verb.second_reader_sources is not None else "the same"
    changes = "yes" if verb.reviews else "–"
    cells = (
        f"{verb.label} (`{verb.name}`)",
        states(verb.sources),
        second,
        target,
        verb.who.value,
        takes,
        changes,
    )
    return f"| {' | '.join(cells)} |"


def event_line(verb: EventVerb) -> str:
    return f"| {verb.label} (`{verb.name}`) | {', '.join(sorted(verb.sources))} | {verb.target} |"


def test_the_page_prints_the_table():
    page = PAGE.read_text()

    lines = [post_line(verb) for verb in POST_VERBS.values()] + [
        event_line(verb) for verb in EVENT_VERBS.values()
    ]
    missing = [line for line in lines if line not in page]
    assert not missing, "\n".join(["put these into docs/workflow.md:", *missing])
    rows = [line for line in page.splitlines() if line.startswith("| ") and "(`" in line]
    assert sorted(rows) == sorted(lines)
