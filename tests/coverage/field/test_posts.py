"""One of her own posts: changing it, and a conflict with the desk."""

import pytest

from coverage.models import Post
from coverage.publishing import filing, publication, review
from newsroom.editorial.states import PostState
from tests import factories
from tests.coverage.field.phone import Phone, fields_of


def address(post: Post, then: str = "") -> str:
    return f"/field/posts/{post.pk}/{then}"


@pytest.fixture
def draft(event, reporter):
    return factories.make_post(event, by=reporter, body="<p>One.</p><p>Two.</p>", headline="Head")


@pytest.mark.parametrize("then", ["", "correct/", "publish/", "withdraw/", "spike/"])
def test_post_of_another_is_not_found(phone, event, publisher, then):
    post = factories.make_published(event, by=publisher, body="<p>Hers alone.</p>")

    for response in (phone.open(address(post, then)), phone.send({"action": "save"}, address(post, then))):
        assert response.status_code == 404
        assert response["Cache-Control"] == "private, no-store"
        assert b"Hers alone" not in response.content


def test_unknown_step_is_not_found(phone, draft):
    assert phone.open(address(draft, "approve/")).status_code == 404


def test_post_of_another_is_not_found_by_an_editor_either(draft):
    assert Phone(factories.make_editor()).open(address(draft)).status_code == 404


def test_draft_is_shown_as_typed(phone, draft):
    form = fields_of(phone.open(address(draft)), button="save")

    assert (form["text"], form["headline"], form["version"]) == (["One.\n\nTwo."], ["Head"], ["1"])


def test_save_changes_and_send(phone, draft):
    response = phone.send(phone.fill(phone.open(address(draft)), "send", text="New."), address(draft))

    draft.refresh_from_db()
    assert response.url == address(draft) + "?done=sent"
    assert (draft.state, draft.body) == (PostState.SUBMITTED, "<p>New.</p>")


def test_save_of_nothing_changed_makes_no_revision(phone, draft):
    phone.send(phone.fill(phone.open(address(draft)), "save"), address(draft))

    assert draft.revisions.count() == 1


def test_save_twice_saves_once(phone, draft):
    form = phone.fill(phone.open(address(draft)), "save", text="New.")
    phone.send(form, address(draft))

    response = phone.send(form, address(draft))

    assert response.url == address(draft) + "?done=again"
    assert draft.revisions.count() == 2


def test_submitted_is_changed_until_the_desk_takes_it(phone, draft, reporter):
    review.submit(draft, by=reporter)

    phone.send(phone.fill(phone.open(address(draft)), "save", text="New."), address(draft))

    draft.refresh_from_db()
    assert (draft.state, draft.body) == (PostState.SUBMITTED, "<p>New.</p>")


def test_conflict_shows_both(phone, draft, reporter):
    review.submit(draft, by=reporter)
    form = phone.fill(phone.open(address(draft)), "save", text="Mine.")
    filing.update_post(
        publication.post_by_id(draft.pk), by=factories.make_editor(), body="<p>Of the desk.</p>"
    )

    response = phone.send(form, address(draft))

    draft.refresh_from_db()
    kept = fields_of(response, button="save")
    assert response.status_code == 409
    assert b"Somebody changed this post after you opened it." in response.content
    assert b"<p>Of the desk.</p>" in response.content
    assert (kept["text"], kept["version"]) == (["Mine."], [str(draft.version)])
    assert draft.body == "<p>Of the desk.</p>"


def test_conflict_is_settled_by_saving_over_it(phone, draft, reporter):
    form = phone.fill(phone.open(address(draft)), "save", text="Mine.")
    filing.update_post(publication.post_by_id(draft.pk), by=reporter, body="<p>From the other phone.</p>")

    phone.send(phone.fill(phone.send(form, address(draft)), "save"), address(draft))

    draft.refresh_from_db()
    assert draft.body == "<p>Mine.</p>"


def test_change_after_the_desk_took_it_gives_the_words_back(phone, draft, reporter):
    review.submit(draft, by=reporter)
    form = phone.fill(phone.open(address(draft)), "save", text="Too late.")
    review.claim(publication.post_by_id(draft.pk), by=factories.make_editor())

    response = phone.send(form, address(draft))

    assert response.status_code == 403
    assert b"This post cannot be changed now." in response.content
    assert b"Too late." in response.content


def test_words_given_back_become_a_new_post(phone, draft, reporter):
    review.submit(draft, by=reporter)
    form = phone.fill(phone.open(address(draft)), "save", text="Too late.")
    review.claim(publication.post_by_id(draft.pk), by=factories.make_editor())
    given_back = phone.fill(phone.send(form, address(draft)), "restore")

    phone.send(phone.fill(phone.send(given_back)))

    assert Post.objects.exclude(pk=draft.pk).get().body == "<p>Too late.</p>"


def test_formatting_by_the_desk_stays_if_the_words_do(phone, event, reporter):
    post = factories.make_post(event, by=reporter, body="<p>See <strong>this</strong>.</p>")
    page = phone.open(address(post))

    phone.send(phone.fill(page, "save", headline="New"), address(post))

    post.refresh_from_db()
    assert b"The desk gave this text links, lists or emphasis." in page.content
    assert (post.headline, post.body) == ("New", "<p>See <strong>this</strong>.</p>")


def test_quotes_of_the_desk_stay(phone, event, reporter):
    speaker = factories.make_speaker()
    quotes = [{"speaker": speaker, "text": text, "checked": True} for text in ("One.", "Two.")]
    post = factories.make_post(event, by=reporter, quotes=quotes)

    phone.send(phone.fill(phone.open(address(post)), "save", headline="New"), address(post))
    post.refresh_from_db()

    assert post.headline == "New"
    assert list(post.quotes.values_list("text", "checked", "speaker")) == [
        ("One.", True, speaker.pk),
        ("Two.", True, speaker.pk),
    ]


def test_picture_by_another_stays_and_keeps_its_words(phone, draft, reporter, publisher):
    image = factories.make_image(uploaded_by=publisher, caption="Hers.")
    filing.update_post(draft, by=reporter, images=[{"image": image, "caption": "For this post."}])

    phone.send(phone.fill(phone.open(address(draft)), "save", headline="New"), address(draft))

    image.refresh_from_db()
    assert draft.post_images.get().caption == "For this post."
    assert image.caption == "Hers."


def test_put_aside_and_bring_back(phone, draft):
    phone.send(phone.fill(phone.open(address(draft, "spike/")), "go"), address(draft, "spike/"))
    draft.refresh_from_db()
    aside = draft.state

    phone.send(phone.fill(phone.open(address(draft, "unspike/")), "go"), address(draft, "unspike/"))
    draft.refresh_from_db()

    assert (aside, draft.state) == (PostState.SPIKED, PostState.DRAFT)
