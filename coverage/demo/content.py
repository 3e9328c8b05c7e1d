"""The demo event: a morning of keynotes in Paris, in the order in which it happened."""

from datetime import date

from coverage.demo.early_posts import EARLY_POSTS
from coverage.demo.late_posts import LATE_POSTS
from coverage.demo.shapes import Appearance, Event, Keynote, Organisation, Post, Speaker

KEYNOTE_DAY = date(2024, 3, 20)

EVENT = Event(
    slug="kubecon-eu-2024",
    title="KubeCon + CloudNativeCon Europe 2024",
    standfirst=(
        "One morning in the keynote theatre at Porte de Versailles: what Kubernetes has to learn "
        "about artificial intelligence, told as it happened."
    ),
    summary=(
        "The talk was of artificial intelligence throughout: sharing GPUs, placing jobs, packing models.\n"
        "A model described the room it was in, live on stage; two panels asked what platforms it needs.\n"
        "Kubernetes enters its second decade."
    ),
    venue="Paris Expo Porte de Versailles",
    city="Paris",
    country="France",
    time_zone="Europe/Paris",
    organiser="Cloud Native Computing Foundation",
    starts_on=date(2024, 3, 19),
    ends_on=date(2024, 3, 22),
    default_credit="Newsroom",
    language="en-gb",
)

ORGANISATIONS: tuple[Organisation, ...] = (
    Organisation("cncf", "Cloud Native Computing Foundation", "https://www.cncf.io/"),
    Organisation("mistral-ai", "Mistral AI", "https://mistral.ai/"),
    Organisation("google", "Google", "https://www.google.com/"),
    Organisation("ollama", "Ollama", "https://ollama.com/"),
    Organisation("nvidia", "NVIDIA", "https://www.nvidia.com/"),
    Organisation("microsoft", "Microsoft", "https://www.microsoft.com/"),
    Organisation("alluxio", "Alluxio", "https://www.alluxio.io/"),
    Organisation("ampere-computing", "Ampere Computing", "https://amperecomputing.com/"),
    Organisation("cern", "CERN", "https://home.cern/"),
    Organisation("bloomberg", "Bloomberg", "https://www.bloomberg.com/"),
)

SPEAKERS: tuple[Speaker, ...] = (
    Speaker("priyanka-sharma", "Priyanka Sharma", "cncf", "Executive Director"),
    Speaker("timothee-lacroix", "Timothée Lacroix", "mistral-ai", "Co-founder"),
    Speaker("paige-bailey", "Paige Bailey", "google", "Lead product manager"),
    Speaker("jeffrey-morgan", "Jeffrey Morgan", "ollama", "Founder"),
    Speaker("kevin-klues", "Kevin Klues", "nvidia", "Distinguished Engineer"),
    Speaker("sanjay-chatterjee", "Sanjay Chatterjee", "nvidia", "Engineering Manager"),
    Speaker("jorge-palma", "Jorge Palma", "microsoft", "Principal PM Lead"),
    Speaker("lu-qiu", "Lu Qiu", "alluxio"),
    Speaker("susan-wu", "Susan Wu", "google"),
    Speaker("clayton-coleman", "Clayton Coleman", "google"),
    Speaker("victor-jakubiuk", "Victor Jakubiuk", "ampere-computing"),
    Speaker("ricardo-rocha", "Ricardo Rocha", "cern"),
    Speaker("nikhita-raghunath", "Nikhita Raghunath"),
    Speaker("rajas-kakodkar", "Rajas Kakodkar"),
    Speaker("ibrahim-haddad", "Ibrahim Haddad"),
    Speaker("yuzhui-liu", "Yuzhui Liu", "bloomberg", "Team Lead"),
    Speaker("leon-zhou", "Leon Zhou", "bloomberg", "Software Engineer"),
)


def _appears(slug: str, role: str = "speaker", by_video: bool = False) -> Appearance:
    """Return the appearance of a speaker under the name, title and employer of the day."""
    who = next(speaker for speaker in SPEAKERS if speaker.slug == slug)
    return Appearance(slug, role, who.job_title, who.organisation, who.name, by_video)


KEYNOTES: tuple[Keynote, ...] = (
    Keynote(
        slug="arrivals",
        title="Arrivals",
        format="opening",
        room="",
        starts_at="08:15",
        ends_at="09:00",
        summary="Badges, sunshine and closed coffee shops before the theatre opens its doors.",
    ),
    Keynote(
        slug="opening-video",
        title="Opening video",
        format="show",
        starts_at="09:00",
        ends_at="09:03",
        summary="A promotional video starts the session.",
    ),
    Keynote(
        slug="opening-remarks",
        title="Opening remarks",
        format="keynote",
        starts_at="09:03",
        ends_at="09:15",
        summary="The head of the foundation welcomes the hall and lets a visual language model describe it.",
        appearances=(_appears("priyanka-sharma"),),
    ),
    Keynote(
        slug="cloud-native-and-ai",
        title="Cloud native and AI",
        format="panel",
        starts_at="09:15",
        ends_at="09:28",
        summary="Three builders of models and tools on training, tuning, inference and what may be called open.",
        appearances=(
            _appears("priyanka-sharma", "moderator"),
            _appears("timothee-lacroix", "panellist"),
            _appears("paige-bailey", "panellist"),
            _appears("jeffrey-morgan", "panellist"),
        ),
    ),
    Keynote(
        slug="gpus-in-kubernetes",
        title="GPUs in Kubernetes",
        format="keynote",
        starts_at="09:28",
        ends_at="09:40",
        summary="Sharing one GPU among many, spreading training over many GPUs, and keeping both healthy.",
        appearances=(_appears("kevin-klues"), _appears("sanjay-chatterjee")),
    ),
    Keynote(
        slug="open-source-platform-for-ai",
        title="Building an open source platform for AI",
        format="keynote",
        starts_at="09:40",
        ends_at="09:46",
        summary="KAITO, and how models come to run in containers.",
        appearances=(_appears("jorge-palma"),),
        sponsor="microsoft",
    ),
    Keynote(
        slug="platforms-for-ai",
        title="Platforms for AI",
        format="panel",
        starts_at="09:46",
        ends_at="10:00",
        summary="Five panellists on a simpler Kubernetes, inference without GPUs, GPU sharing and sustainability.",
        appearances=(
            _appears("lu-qiu", "panellist"),
            _appears("susan-wu", "panellist"),
            _appears("clayton-coleman", "panellist"),
            _appears("victor-jakubiuk", "panellist"),
            _appears("ricardo-rocha", "panellist"),
        ),
    ),
    Keynote(
        slug="cloud-native-news-show",
        title="Cloud Native News Show",
        format="show",
        starts_at="10:00",
        ends_at="10:09",
        summary="A news programme, reports included, about Kubernetes as it enters its second decade.",
        appearances=(
            _appears("nikhita-raghunath", "host"),
            _appears("rajas-kakodkar", "host"),
            _appears("ibrahim-haddad", by_video=True),
        ),
    ),
    Keynote(
        slug="bloomberg",
        title="Bloomberg",
        format="keynote",
        starts_at="10:09",
        ends_at="10:23",
        summary="Two engineers list the parts of their platform, from Buildpack and Kubeflow to Knative and KServe.",
        appearances=(_appears("yuzhui-liu"), _appears("leon-zhou")),
    ),
    Keynote(
        slug="closing-remarks",
        title="Closing remarks",
        format="closing",
        starts_at="10:23",
        ends_at="10:30",
        summary="The hosts close the session and the theatre empties.",
    ),
)

POSTS: tuple[Post, ...] = EARLY_POSTS + LATE_POSTS
