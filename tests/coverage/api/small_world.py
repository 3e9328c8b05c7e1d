"""A newsroom with one of everything, and the names by which a program may ask for it."""

import datetime
import itertools
import uuid

from django.utils import timezone
from knox.models import get_token_model

from coverage.models import Post
from coverage.publishing import filing, publication, review, schedule
from media import resuming
from tests import factories

WAYS = {
    "draft": [],
    "submitted": [review.submit],
    "in_review": [review.submit, review.claim],
    "approved": [review.submit, review.approve],
    "scheduled": [lambda post, by: schedule.schedule(post, by=by, publish_at=_in_an_hour())],
    "published": [publication.publish],
    "pending": [publication.publish, lambda post, by: filing.update_post(post, by=by, headline="Newer")],
    "corrected": [
        publication.publish,
        lambda post, by: filing.update_post(post, by=by, headline="Right"),
        lambda post, by: publication.correct(post, by=by, note="It was wrong."),
    ],
    "withdrawn": [
        publication.publish,
        lambda post, by: publication.withdraw(post, by=by, reason="It was wrong."),
    ],
    "spiked": [review.spike],
}


class SmallWorld:
    """Of the reporter's: a post in each state, three images and two uploads under way. She may publish."""

    def __init__(self):
        self.people = {
            "reporter": factories.make_person(username="ada"),
            "editor": factories.make_editor(username="ed"),
            "chief": factories.make_chief(username="grace"),
        }
        reporter = self.people["reporter"]
        self.event = factories.make_event(slug="kubecon", starts_at=timezone.now())
        factories.assign(reporter, self.event, may_publish=True)
        for state in ("draft", "planned", "paused", "ended"):
            factories.assign(reporter, factories.make_event(slug=state, state=state))
        self.speaker = factories.make_speaker("Priyanka Sharma", job_title="Executive Director")
        sponsor = factories.make_organisation()
        self.keynote = factories.make_keynote(
            self.event, slug="opening", speakers=[self.speaker], sponsor=sponsor
        )
        self.image = factories.make_image(uploaded_by=reporter, public_name=uuid.UUID(int=1).hex)
        awaited = factories.make_image(ready=False, uploaded_by=reporter)
        refused = factories.make_image(
            ready=False, uploaded_by=reporter, state="refused", refusal="This is no picture."
        )
        begun, said = uuid.uuid4(), {"by": reporter, "length": 5_000, "sha256": "0" * 64}
        resuming.begin(begun, **said)
        resuming.begin(self.image.pk, **said, is_original=True)
        self.posts = [self._post(way) for way in WAYS.values()]
        self.names = {
            "post_id": [str(post.pk) for post in self.posts],
            "public_id": [post.public_id for post in self.posts if post.public_id],
            "image_id": [str(pk) for pk in (self.image.pk, awaited.pk, refused.pk, begun)],
            "folder": [self.image.public_name],
            "event": ["kubecon", "draft", "planned", "paused", "ended"],
            "keynote": [self.keynote.slug],
            "speaker": [self.speaker.slug],
        }
        self._next = {name: itertools.cycle([*known, *known, None]) for name, known in self.names.items()}

    def _post(self, way: list) -> Post:
        quote = {"attribution": "", "text": "We begin.", "verbatim": True, "checked": True}
        post = factories.make_post(
            self.event,
            by=self.people["reporter"],
            keynote=self.keynote,
            speakers=[self.speaker],
            quotes=[{**quote, "speaker": self.speaker}],
            images=[{"image": self.image, "caption": ""}],
        )
        for step in way:
            step(publication.post_by_id(post.pk), by=self.people["editor"])
        return publication.post_by_id(post.pk)

    def another(self, name: str) -> str | None:
        """Of what there is of that kind, one after the other; now and then None."""
        return next(self._next[name])

    def token(self, person: str) -> str:
        return get_token_model().objects.create(self.people[person])[1]


def _in_an_hour() -> datetime.datetime:
    return timezone.now() + datetime.timedelta(hours=1)
