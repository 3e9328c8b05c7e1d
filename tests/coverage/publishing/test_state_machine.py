"""Hypothesis plays the desk against a small model of what readers may see (desk_model.py), and compares every row.

The same 40 plays each time; DESK_PLAYS=2000 plays as many others. A failure prints the shortest sequence found.
"""

import datetime
import os
from collections import Counter
from collections.abc import Iterator
from functools import partial

import pytest
import time_machine
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from coverage.models import Event, Keynote, Post
from coverage.publishing import filing, holding, programme
from coverage.publishing.publication import post_by_id
from coverage.publishing.schedule import release_due
from coverage.publishing.verbs import POST_VERB_FUNCTIONS
from newsroom.editorial.audit import AuditRow
from newsroom.editorial.errors import Invalid, NotAllowed, StaleState, WrongState
from newsroom.editorial.workflow import POST_VERBS
from tests import factories
from tests.coverage.publishing.desk_model import HELD, KEYNOTES, PEOPLE, STARTS, Act, Content, Desk, Paper
from tests.coverage.publishing.record_checks import check_all, every_row

pytestmark = pytest.mark.django_db
START = datetime.datetime(2026, 3, 20, 9, tzinfo=datetime.UTC)
PLAYS = int(os.environ.get("DESK_PLAYS", 0))
SETTINGS = settings(
    max_examples=PLAYS or (15 if connection.vendor == "postgresql" else 40),  # there each takes twice as long
    stateful_step_count=20,
    derandomize=not PLAYS,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate, Phase.shrink],
)
people, editors, events = st.sampled_from(PEOPLE), st.sampled_from(PEOPLE[1:]), st.sampled_from([*KEYNOTES])
minutes = st.sampled_from([1, 5, 20, 60])


class Stage:
    """The people and the two events every play begins with; what it does is rolled back."""

    def __init__(self):
        made = [
            factories.make_person(),
            factories.make_editor(),
            factories.make_editor(),
            factories.make_chief(),
        ]
        self.people = dict(zip(PEOPLE, made, strict=True))
        self.events = {name: factories.make_event(slug=name) for name in KEYNOTES}
        for name, slugs in KEYNOTES.items():
            factories.assign(self.people["rea"], self.events[name])
            for slug in filter(None, slugs):
                at = START + datetime.timedelta(minutes=50) if slug == HELD else None
                factories.make_keynote(self.events[name], slug=slug, held=slug == HELD, announce_at=at)
        self.played: Counter = Counter()

    def event(self, name: str) -> Event:
        return Event.objects.get(pk=self.events[name].pk)

    def keynote(self, slug: str) -> Keynote | None:
        return Keynote.objects.select_related("event").get(slug=slug) if slug else None


class Playing(RuleBasedStateMachine):
    stage: Stage
    papers = Bundle("papers")

    def __init__(self):
        super().__init__()
        self.sandbox = transaction.atomic()
        self.sandbox.__enter__()
        self.clock = time_machine.travel(START, tick=False)
        self.time = self.clock.start()
        self.desk = Desk(START)
        self.desk.announce_at = START + datetime.timedelta(minutes=50)
        self.microseconds = 0

    def teardown(self):
        self.clock.stop()
        transaction.set_rollback(True)
        self.sandbox.__exit__(None, None, None)

    # Saving

    @initialize(target=papers, who=people, event=events, asked=st.booleans())
    def begin(self, who, event, asked):
        if asked:
            self.ask_for_a_second_reader(event)
        return self.create(who, event, "", False)

    @rule(target=papers, who=people, event=events, key=st.booleans(), data=st.data())
    def create_another(self, who, event, key, data):
        return self.create(who, event, data.draw(st.sampled_from(KEYNOTES[event])), key)

    def create(self, who: str, event: str, keynote: str, key: bool) -> Paper:
        content = Content(self.desk.token(), keynote, key)
        paper = Paper(who, event, content, last=who)

        post = filing.create_post(self.stage.event(event), by=self.stage.people[who], **self.fields(content))

        paper.id = post.pk
        self.desk.papers.append(paper)
        return paper

    @rule(paper=papers, who=people, what=st.sampled_from(["words", "key", "keynote", "back", "nothing"]))
    def edit(self, paper, who, what):
        content = self.edited(paper, what)
        works = self.desk.may_edit(paper, who)

        self.attempt(works, "edit", lambda: self.save(paper, who, content, paper.embargo))

        if works:
            self.desk.edit(paper, who, content, paper.embargo)

    @rule(paper=papers, who=editors, wait=st.none() | minutes)
    def embargo(self, paper, who, wait):
        until = wait and self.desk.now + datetime.timedelta(minutes=wait)
        works = self.desk.may_edit(paper, who)

        self.attempt(works, "embargo", lambda: self.save(paper, who, paper.content, until))

        if works:
            self.desk.edit(paper, who, paper.content, until)

    def edited(self, paper: Paper, what: str) -> Content:
        slugs = KEYNOTES[paper.event]
        following = slugs[(slugs.index(paper.content.keynote) + 1) % len(slugs)]
        changes = {
            "words": {"words": self.desk.token()},
            "key": {"key": not paper.content.key},
            "keynote": {"keynote": following},
            "back": (paper.released or paper.content)._asdict(),
            "nothing": {},
        }
        return paper.content._replace(**changes[what])

    def fields(self, content: Content) -> dict:
        keynote = self.stage.keynote(content.keynote)
        return {"body": f"<p>Say {content.words}.</p>", "keynote": keynote, "key_event": content.key}

    def save(
        self, paper: Paper, who: str, content: Content, embargo, post: Post | None = None, **seen
    ) -> None:
        post = post or post_by_id(paper.id)
        by, fields = self.stage.people[who], self.fields(content)
        filing.update_post(post, by=by, embargo_until=embargo, **fields, **seen)

    # The verbs

    @rule(paper=papers, data=st.data(), steps=st.integers(2, 6))
    def carry_out(self, paper, data, steps):
        self.go_on(paper, data, steps)

    @rule(paper=papers, data=st.data(), steps=st.integers(2, 6))
    def carry_out_more(self, paper, data, steps):
        self.go_on(paper, data, steps)

    def go_on(self, paper: Paper, data, steps: int) -> None:
        """Some verbs that work, one after the other: a post must come far before some of them do."""
        for _ in range(steps):
            choices = self.choices(paper, works=True)
            if choices:
                self.play(*self.chosen(data, choices), paper)

    @rule(paper=papers, data=st.data(), tries=st.integers(1, 4))
    def refuse(self, paper, data, tries):
        for _ in range(tries):
            act, who = self.chosen(data, self.choices(paper, works=False))
            call = partial(self.call, act, post_by_id(paper.id), who, self.takes(act)[0])
            self.attempt(False, act.verb, call)

    @rule(paper=papers, data=st.data(), first=editors, fresh=st.booleans(), edits=st.booleans())
    def come_too_late(self, paper, data, first, fresh, edits):
        """Two at once: the second's verb or save works on what she sees, and somebody changes the post before."""
        chosen = [(act, who) for act, who in self.choices(paper, works=True) if who != first]
        if paper.state == "spiked" or not chosen:
            return
        act, second = self.chosen(data, chosen)
        takes, _ = self.takes(act)
        seen = post_by_id(paper.id)
        self.edit(paper, first, "words")
        post, version = (post_by_id(paper.id), seen.version) if fresh else (seen, None)

        def late():
            if edits:
                words = paper.content._replace(words=self.desk.token())
                self.save(
                    paper, "ada" if first == "ben" else "ben", words, paper.embargo, post, version=version
                )
            else:
                self.call(act, post, second, takes, version=version)

        self.attempt(False, "late", late, StaleState)

    def choices(self, paper: Paper, *, works: bool) -> list[tuple[Act, str]]:
        pairs = ((act, who) for act in self.desk.acts(paper) for who in PEOPLE)
        return [pair for pair in pairs if self.desk.works(pair[0], paper, pair[1]) == works]

    @staticmethod
    def chosen(data, choices: list[tuple[Act, str]]) -> tuple[Act, str]:
        """Each verb as often as the others, in however many ways it can be used."""
        verb = data.draw(st.sampled_from(list(dict.fromkeys(act.verb for act, _ in choices))))
        return data.draw(st.sampled_from([pair for pair in choices if pair[0].verb == verb]))

    def takes(self, act: Act) -> tuple[dict, dict]:
        """What the verb is called with, and the model told: every text has a token of its own."""
        said = {name: f"Said {self.desk.token()}." for name in ("note", "reason")}
        match act.verb:
            case "schedule":
                self.microseconds += 1  # no two are due at the same time
                wait = datetime.timedelta(minutes=act.get("minutes"), microseconds=self.microseconds)
                at = self.desk.now + wait
                return {"publish_at": at}, {"publish_at": at}
            case "move":
                event = self.stage.events[act.get("event")].slug
                return {"event": event, "keynote": act.get("keynote")}, {}
            case "withdraw":
                return said, {"reason": said["reason"][5:-1]}
        texts = {name: said[name] for name in POST_VERBS[act.verb].takes if name in said}
        told = {name: text[5:-1] for name, text in texts.items()}
        return {**texts, **dict(act.takes)}, told

    def call(self, act: Act, post: Post, who: str, takes: dict, version: int | None = None) -> None:
        POST_VERB_FUNCTIONS[act.verb](post, by=self.stage.people[who], version=version, **takes)

    def play(self, act: Act, who: str, paper: Paper) -> None:
        takes, said = self.takes(act)

        self.attempt(True, act.verb, lambda: self.call(act, post_by_id(paper.id), who, takes))

        self.desk.play(act, paper, who, said)

    def attempt(self, works: bool, name: str, do, error=(NotAllowed, WrongState, Invalid)) -> None:
        """What works leaves its row in the audit; what is refused changes nothing at all."""
        self.stage.played[name, works] += 1
        if not works:
            before = every_row()
            with pytest.raises(error):
                do()
            assert every_row() == before, f"“{name}” was refused and changed something"
            return
        last = AuditRow.objects.values_list("pk", flat=True).first() or 0
        do()
        written = AuditRow.objects.filter(pk__gt=last).values_list("verb", flat=True)
        if name in POST_VERBS:
            assert list(written) == [name]

    # Time, and what belongs to the event

    @rule(wait=minutes)
    def tick(self, wait):
        self.desk.now += datetime.timedelta(minutes=wait)
        self.time.move_to(self.desk.now)

        release_due()

        self.desk.tick()

    @rule(event=events, who=people, what=st.sampled_from(["second reader", "hold", "announce"]))
    def run_the_event(self, event, who, what):
        if what == "second reader":
            self.ask_for_a_second_reader(event)
        elif what == "hold":
            self.hold_or_lift(event, who)
        elif not self.desk.announced:
            self.announce(who)

    def ask_for_a_second_reader(self, event: str) -> None:
        """Or stops asking for one."""
        self.desk.second_reader ^= {event}
        Event.objects.filter(slug=event).update(second_reader=event in self.desk.second_reader)

    def hold_or_lift(self, event: str, who: str) -> None:
        shown, by = self.stage.event(event), self.stage.people[who]
        held = event in self.desk.held
        verb, takes = (holding.lift, {}) if held else (holding.hold, {"reason": f"Hold {self.desk.token()}."})

        self.attempt(who != "rea", "hold", lambda: verb(shown, by=by, **takes))

        if who != "rea":
            self.desk.held ^= {event}

    def announce(self, who: str) -> None:
        keynote, by = self.stage.keynote(HELD), self.stage.people[who]

        self.attempt(who != "rea", "announce", lambda: programme.announce_held(keynote, by=by))

        if who != "rea":
            self.desk.announce()

    @invariant()
    def the_record_is_what_the_model_says(self):
        check_all(self.desk, {event.slug: name for name, event in self.stage.events.items()})


# Ways of a post, each step by somebody for whom it works then; the last where no second reader is asked for.
WAYS = (
    "submit rea, claim ada, release-claim ada, claim ben, send-back ben, submit rea, break-glass ada, sign-off ben, "
    "mark-key ada, unmark-key ada, pin ada, unpin ada, correct ada, move ada, withdraw ada, reinstate cleo",
    "edit rea, submit rea, edit ada, approve ben, edit ada, approve cleo, schedule ada, edit ben, approve cleo, "
    "schedule ada, unschedule ada, publish ada, edit ada, submit ada, approve ben, edit cleo, approve ben, "
    "mark-key ada, edit ada, break-glass cleo, withdraw ada, edit ben, reinstate cleo",
    "schedule ada, edit ben, unschedule ada, spike ada, unspike ada, submit rea, approve ada, schedule ada, edit ada, "
    "unschedule ben, publish ada, edit ada, pin ada, correct ben",
)


@pytest.fixture
def stage():
    with time_machine.travel(START - datetime.timedelta(hours=1), tick=False):
        Playing.stage = Stage()
    return Playing.stage


def test_readers_see_what_the_model_of_the_desk_says_they_may(stage):
    run_state_machine_as_test(Playing, settings=SETTINGS)

    assert stage.played.total() > SETTINGS.max_examples


def test_the_model_plays_every_verb(stage):
    playing = Playing()
    try:
        walked = [step for way in WAYS for step in walk(playing, way, asked=way != WAYS[-1])]
    finally:
        playing.teardown()

    assert set(walked) - {"edit"} == set(STARTS) == set(POST_VERBS)


def walk(playing: Playing, way: str, *, asked: bool) -> Iterator[str]:
    """A reporter's post through one way; after each step every row is compared, and all that does not work is tried."""
    paper = playing.begin("rea", "here", asked=asked != ("here" in playing.desk.second_reader))
    for verb, who in (step.split() for step in way.split(", ")):
        if verb == "edit":
            playing.edit(paper, who, "words")
        else:
            playing.play(
                next(a for a, by in playing.choices(paper, works=True) if (a.verb, by) == (verb, who)),
                who,
                paper,
            )
        playing.the_record_is_what_the_model_says()
        refuse_all(playing, paper)
        yield verb


def refuse_all(playing: Playing, paper: Paper) -> None:
    before = every_row()
    for act, who in playing.choices(paper, works=False):
        with pytest.raises((NotAllowed, WrongState, Invalid)):
            playing.call(act, post_by_id(paper.id), who, playing.takes(act)[0])
    assert every_row() == before
