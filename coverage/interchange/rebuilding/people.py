"""Who is named in an export, by the slug of their pages."""

from dataclasses import dataclass, field
from itertools import chain

from coverage.interchange.rebuilding.reading import Export
from coverage.models import Organisation, Speaker


@dataclass
class Person:
    """`names` as billed, the last one hers today, as far as the folder knows; title and employer likewise."""

    names: list[str] = field(default_factory=list)
    job_title: str = ""
    organisation: str = ""


@dataclass
class People:
    """`organisations`: the names each is printed under, by slug; the last is taken."""

    speakers: dict[str, Person] = field(default_factory=dict)
    organisations: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, export: Export) -> "People":
        people, data = cls(), export.data
        staged = (one for keynote in data["programme"] for one in keynote["appearances"])
        for one in chain((one for post in data["posts"] for one in post["speakers"]), staged):
            person = people.speakers.setdefault(one["speaker"], Person())
            person.names.append(one["name"])
            person.job_title, person.organisation = one["job_title"], one["organisation_slug"]
            people._name(one["organisation_slug"], one["organisation"])
        for keynote in data["programme"]:
            people._name(keynote["sponsor_slug"], keynote["sponsor"])
        return people

    def _name(self, slug: str, name: str) -> None:
        if slug:
            self.organisations.setdefault(slug, []).append(name)


@dataclass
class Known:
    """The desk's rows of them, made where there are none."""

    speakers: dict[str, Speaker]
    organisations: dict[str, Organisation]

    @classmethod
    def of(cls, people: People) -> "Known":
        organisations = {
            slug: Organisation.objects.get_or_create(slug=slug, defaults={"name": names[-1]})[0]
            for slug, names in people.organisations.items()
        }
        speakers = {}
        for slug, one in people.speakers.items():
            today = {"name": one.names[-1], "job_title": one.job_title}
            today["organisation"] = organisations.get(one.organisation)
            speakers[slug] = Speaker.objects.get_or_create(slug=slug, defaults=today)[0]
        return cls(speakers, organisations)

    def organisation(self, slug: str) -> Organisation | None:
        return self.organisations[slug] if slug else None
