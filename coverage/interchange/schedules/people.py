"""Speakers and organisations of a schedule, found by name among those the newsroom knows, or made."""

from django.utils.text import slugify

from coverage.interchange.schedules.shapes import ParsedSpeaker
from coverage.models import Organisation, Speaker, SpeakerAlias
from newsroom.editorial.audit import write_audit

LONGEST_SLUG = 80


class People:
    """Looked up once for a whole schedule. Whom and what there was not it makes, and tells the audit."""

    def __init__(self):
        self.speakers: dict[str, Speaker] = {}
        for alias in SpeakerAlias.objects.select_related("speaker").order_by("-id"):
            self.speakers[_plain(alias.name)] = alias.speaker
        for speaker in Speaker.objects.order_by("-id"):  # of two of one name, the one who was there first
            self.speakers[_plain(speaker.name)] = speaker
        self.organisations = {_plain(one.name): one for one in Organisation.objects.order_by("-id")}

    def billed(self, parsed: ParsedSpeaker) -> tuple[str, Organisation | None]:
        """Job title and organisation. One line is parted only where its end names an organisation we know."""
        if parsed.organisation:
            return parsed.job_title, self._organisation(parsed.organisation)
        for mark in (" at ", " @ ", ", ", " – ", " - "):
            title, found, name = parsed.billed.rpartition(mark)
            if found and _plain(name) in self.organisations:
                return title.strip(), self.organisations[_plain(name)]
        return (parsed.job_title or parsed.billed)[:200], None

    def speaker(self, parsed: ParsedSpeaker) -> Speaker:
        known = self.speakers.get(_plain(parsed.name))
        if known:
            return known
        title, organisation = self.billed(parsed)
        name = " ".join(parsed.name.split())[:200]
        speaker = Speaker.objects.create(
            slug=free_slug(name, Speaker.objects), name=name, job_title=title, organisation=organisation
        )
        self.speakers[_plain(name)] = speaker
        billed = {"job_title": title, "organisation": organisation.name if organisation else ""}
        write_audit("import", speaker, by=None, after={"name": name, **billed})
        return speaker

    def _organisation(self, name: str) -> Organisation:
        known = self.organisations.get(_plain(name))
        if known:
            return known
        name = " ".join(name.split())[:200]
        made = Organisation.objects.create(slug=free_slug(name, Organisation.objects), name=name)
        self.organisations[_plain(name)] = made
        write_audit("import", made, by=None, after={"name": name})
        return made


def free_slug(name: str, rows) -> str:
    """An address made of the name that none of `rows` has."""
    base = slugify(name)[: LONGEST_SLUG - 4] or "unnamed"
    slug, number = base, 1
    while rows.filter(slug=slug).exists():
        number += 1
        slug = f"{base}-{number}"
    return slug


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()
