"""Every address ever released goes on answering: 200, where its page stands now (301), or that it is gone (410)."""

import pytest
from django.core.files.base import ContentFile

from coverage.erasing import posts as erasing_posts
from coverage.erasing import speakers as erasing_speakers
from coverage.models import Appearance, Event, Keynote, Organisation, Post, Speaker
from coverage.publishing import amending, articles, filing, images, life, pictures, programme, publication
from coverage.publishing.leading_on import lead_on, organisation_path
from coverage.publishing.speakers import merge
from media import ingest, renditions
from tests import factories
from tests.coverage.front.released_addresses import Addresses
from tests.coverage.front.summit import release_everything
from tests.media import drawing


class Newsroom:
    """An event and what befalls it, one step after the other; each method is a step."""

    def __init__(self, event: Event, chief, make_event, release):
        self.event, self.chief, self.release = event, chief, release
        self.other = make_event("workshop", title="The Workshop")
        programme.announce(self.other, by=None)
        self.photo = factories.make_real_image(drawing.jpeg(640, 480, seed=1))
        self.snap = factories.make_real_image(drawing.jpeg(640, 480, seed=2))
        self.guest = Speaker.objects.create(slug="noor", name="Noor A.", organisation=self.named("Guild"))
        self.twin = Speaker.objects.create(slug="vera-kay", name="Vera Kay")
        self.posts: dict[str, Post] = {}

    def named(self, name: str) -> Organisation:
        return Organisation.objects.get_or_create(slug=name.lower(), defaults={"name": name})[0]

    def post(self, name: str) -> Post:
        return publication.post_by_id(self.posts[name].pk)

    def publishes(self):
        everything = release_everything(self.release, self.event, {"image": self.photo})
        self.posts |= {"everything": everything, "guest": self.release(self.event, speakers=[self.guest])}
        self.posts["snap"] = self.release(self.event, images=[{"image": self.snap}], speakers=[self.twin])
        self.posts["plain"] = self.release(
            self.event, "<p>Plain.</p>", minute=4, headline="As it was", key_event=True
        )
        factories.make_keynote(self.event, slug="panel", speakers=[factories.make_speaker("Ines")])

    def writes_a_wrap(self):
        self.wrap = factories.make_published_wrap(
            [self.post("everything"), self.post("plain")], by=self.chief
        )

    def corrects(self):
        filing.update_post(self.post("plain"), by=self.chief, body="<p>Other words.</p>", headline="As it is")
        publication.correct(self.post("plain"), by=self.chief, note="It was wrong.", remove_old=True)

    def takes_names_off(self):
        filing.update_post(self.post("guest"), by=self.chief, speakers=[])
        publication.publish(self.post("guest"), by=self.chief)

    def replaces_a_picture(self):
        ingest.replace(self.photo, ContentFile(drawing.jpeg(640, 480, seed=3), "b.jpg"), by=self.chief)
        renditions.make_renditions(self.photo.pk)
        pictures.pictures_ready(self.photo.pk)

    def withdraws_a_picture(self):
        images.withdraw_image(self.snap, by=self.chief, reason="It was elsewhere.")

    def withdraws(self):
        publication.withdraw(self.post("everything"), by=self.chief, reason="It was not so.")

    def reinstates(self):
        publication.reinstate(self.post("everything"), by=self.chief, reason="It was so.")

    def merges_speakers(self):
        merge(Speaker.objects.get(slug="vera-k"), self.twin, by=self.chief)

    def renames_a_keynote(self):
        Keynote.objects.filter(slug="opening").update(slug="first-words")
        programme.release_programme(self.event)

    def renames_an_organisation(self):
        Organisation.objects.filter(slug="acme").update(slug="acme-inc")
        lead_on(organisation_path("acme"), organisation_path("acme-inc"))
        programme.release_programme(self.event)

    def renames_a_speaker(self):
        Speaker.objects.filter(slug="vera-k").update(slug="vera-kay-k")
        programme.release_programme(self.event)

    def moves_within_and_away(self):
        amending.move(self.post("guest"), by=self.chief, event="summit", keynote="first-words")
        amending.move(self.post("snap"), by=self.chief, event="workshop")

    def renames_the_event(self):
        Event.objects.filter(pk=self.event.pk).update(slug="summit-2026", title="The Great Summit")
        self.event.refresh_from_db()
        programme.release_programme(self.event)

    def renames_it_again(self):
        Event.objects.filter(pk=self.event.pk).update(slug="summit-paris")
        self.event.refresh_from_db()
        programme.release_programme(self.event)

    def cancels_a_panel(self):
        Appearance.objects.filter(keynote__slug="panel").delete()
        Keynote.objects.filter(slug="panel").delete()
        programme.release_programme(self.event)

    def withdraws_the_wrap(self):
        self.wrap.refresh_from_db()
        articles.withdraw(self.wrap, by=self.chief, reason="Too early.")

    def ends(self):
        programme.end(self.event, by=None)
        life.new_edition(self.event, by=self.chief, title="Summit 2027")

    def erases(self):
        erasing_posts.erase(self.post("plain"), by=self.chief, reason="A court asked.")
        erasing_speakers.erase(Speaker.objects.get(slug="vera-kay-k"), by=self.chief, reason="She asked.")


# After each of these every page is read again: what follows takes away, or moves, what it named.
ROUNDS = (
    (Newsroom.publishes, Newsroom.writes_a_wrap, Newsroom.corrects),
    (Newsroom.takes_names_off, Newsroom.replaces_a_picture),
    (Newsroom.withdraws_a_picture, Newsroom.withdraws, Newsroom.reinstates),
    (Newsroom.merges_speakers, Newsroom.renames_a_keynote, Newsroom.renames_an_organisation),
    (Newsroom.renames_a_speaker, Newsroom.moves_within_and_away, Newsroom.renames_the_event),
    (Newsroom.renames_it_again, Newsroom.cancels_a_panel, Newsroom.withdraws_the_wrap, Newsroom.ends),
    (Newsroom.erases,),
)


@pytest.fixture
def newsroom(event, chief, make_event, release) -> Newsroom:
    return Newsroom(event, chief, make_event, release)


def test_every_address_ever_released_answers(newsroom, client):
    addresses = Addresses(client)
    for steps in ROUNDS:
        for step in steps:
            step(newsroom)
        addresses.gather()

    assert addresses.unanswered() == []
    assert len(addresses.seen) > 60


def test_an_old_address_leads_on_however_often_the_event_was_renamed(newsroom, client):
    newsroom.publishes()
    post = newsroom.post("plain")
    newsroom.renames_the_event()
    newsroom.renames_it_again()

    for path in ("", f"posts/{post.public_id}/", "keynotes/opening/", "feed.atom", "print/"):
        answer = client.get(f"/events/summit/{path}", follow=True)
        assert answer.redirect_chain == [(f"/events/summit-paris/{path}", 301)]
        assert answer.status_code == 200
    assert client.get("/embed/events/summit/", follow=True).redirect_chain == [
        ("/embed/events/summit-paris/", 301)
    ]


def test_a_page_whose_only_reason_went_says_that_it_is_no_more(newsroom, client):
    newsroom.publishes()
    assert client.get("/speakers/noor/").status_code == 200

    newsroom.takes_names_off()

    answer = client.get("/speakers/noor/")
    assert answer.status_code == 410
    assert "There is nothing here any more" in answer.text
    assert "Noor" not in answer.text


def test_it_answers_again_when_somebody_names_her_again(newsroom, client):
    newsroom.publishes()
    newsroom.takes_names_off()

    newsroom.release(newsroom.event, speakers=[newsroom.guest])

    assert client.get("/speakers/noor/").status_code == 200


def test_what_was_never_public_is_not_found_after_it_was_renamed(newsroom, client):
    Keynote.objects.create(event=newsroom.event, slug="secret", title="Secret", held=True)
    programme.release_programme(newsroom.event)
    Keynote.objects.filter(slug="secret").delete()
    programme.release_programme(newsroom.event)

    assert client.get("/events/summit/keynotes/secret/").status_code == 404
