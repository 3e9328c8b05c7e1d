"""The posts from the sponsored keynote to the empty theatre, oldest first."""

from coverage.demo.shapes import Post, Quote

LATE_POSTS: tuple[Post, ...] = (
    Post(
        key="palma-starts",
        time="09:41:03",
        keynote="open-source-platform-for-ai",
        kind="update",
        headline="A sponsored keynote: Microsoft",
        key_event=True,
        body=(
            "<p><strong>Jorge Palma</strong>, Principal PM Lead at Microsoft, speaks about building an open source "
            "platform for AI. A note on what you are reading: Microsoft has sponsored this keynote, "
            "and we say so wherever we report it.</p>"
        ),
        speakers=("jorge-palma",),
    ),
    Post(
        key="models-in-boxes",
        time="09:42:35",
        keynote="open-source-platform-for-ai",
        kind="photo",
        headline="Models in boxes",
        body=(
            "<p>Containers carried software around the world; now models are to travel the same way. Putting a "
            "model into a container is one of the themes of this keynote, and an invitation to our "
            "illustrator, who likes boxes.</p>"
        ),
        speakers=("jorge-palma",),
        pictures=(("containers", "Containerised models, taken literally."),),
        author="photographer",
    ),
    Post(
        key="kaito",
        time="09:44:10",
        keynote="open-source-platform-for-ai",
        kind="quote",
        body=(
            "<p>The name to write down is <strong>KAITO</strong>. Palma's keynote is a short one, and this is the "
            "word that should survive it: five capital letters, spelt as we have spelt them here.</p>"
        ),
        speakers=("jorge-palma",),
        quotes=(
            Quote(
                "jorge-palma",
                "Jorge Palma, Principal PM Lead, Microsoft",
                "Putting models into containers is part of building an open source platform for AI.",
            ),
        ),
    ),
    Post(
        key="platforms-panel-starts",
        time="09:46:31",
        keynote="platforms-for-ai",
        kind="marker",
        headline="Panel: platforms for AI",
        key_event=True,
        body=(
            "<p>The second panel is a full bench:</p>"
            "<ul><li><strong>Lu Qiu</strong>, Alluxio</li>"
            "<li><strong>Susan Wu</strong> and <strong>Clayton Coleman</strong>, Google</li>"
            "<li><strong>Victor Jakubiuk</strong>, Ampere Computing</li>"
            "<li><strong>Ricardo Rocha</strong>, CERN</li></ul>"
            "<p>Search, storage, silicon and science share one row of chairs.</p>"
        ),
        speakers=("lu-qiu", "susan-wu", "clayton-coleman", "victor-jakubiuk", "ricardo-rocha"),
    ),
    Post(
        key="simpler-kubernetes",
        time="09:48:44",
        keynote="platforms-for-ai",
        kind="update",
        headline="Can it be made simpler?",
        body=(
            "<p>Early on the table: simplifying Kubernetes. Those who train models do not necessarily "
            "want to become experts in clusters first. In a theatre full of people who did, the subject "
            "is close to home.</p>"
        ),
    ),
    Post(
        key="without-a-gpu",
        time="09:50:59",
        keynote="platforms-for-ai",
        kind="quote",
        headline="Inference without a GPU",
        body=(
            "<p>After so much praise of GPUs, here comes the question of what can be done with none. We could not "
            "see from our seats which of the five was speaking, so we leave the name out rather "
            "than guess.</p>"
        ),
        quotes=(
            Quote(
                None,
                "a panellist, not identified",
                "Large language models can also be served without GPUs; inference does not always need one.",
            ),
        ),
    ),
    Post(
        key="sharing-again",
        time="09:53:16",
        keynote="platforms-for-ai",
        kind="update",
        body=(
            "<p>GPU sharing again, for the second time this morning and from a different set of chairs. "
            "When two sessions of one morning come back to one question, it is fair to call it the question "
            "of the day.</p>"
        ),
    ),
    Post(
        key="sustainability",
        time="09:55:38",
        keynote="platforms-for-ai",
        kind="update",
        headline="The electricity bill",
        body=(
            "<p>Now <strong>sustainability</strong>. Everything praised on this stage so far draws current, and "
            "the panel takes its time over what an AI platform consumes. Sharing hardware and doing "
            "without it, it turns out, belong in this conversation too.</p>"
        ),
    ),
    Post(
        key="host-sums-up",
        time=None,
        keynote="platforms-for-ai",
        kind="update",
        body=(
            "<p>The host gathers the threads into a summary and the panel is done. Four topics in a quarter of "
            "an hour: less complexity, fewer GPUs, shared GPUs, and less power. They rhyme "
            "rather well.</p>"
        ),
    ),
    Post(
        key="news-show-starts",
        time="10:00:47",
        keynote="cloud-native-news-show",
        kind="marker",
        headline="We interrupt this programme",
        key_event=True,
        body=(
            "<p>A change of tone: the stage becomes a television studio. <strong>Nikhita Raghunath</strong> and "
            "<strong>Rajas Kakodkar</strong> present the <em>Cloud Native News Show</em>, and the hall, "
            "after two panels, is very ready to be entertained.</p>"
        ),
        speakers=("nikhita-raghunath", "rajas-kakodkar"),
    ),
    Post(
        key="news-desk",
        time="10:02:05",
        keynote="cloud-native-news-show",
        kind="photo",
        body=(
            "<p>As people who cover news for a living we watch this one with professional interest, and some "
            "envy of the lighting. Two presenters, a good deal of graphics, and no typing errors.</p>"
        ),
        speakers=("nikhita-raghunath", "rajas-kakodkar"),
        pictures=(("news-desk", "The studio of our dreams: the news show, illustrated."),),
        author="photographer",
    ),
    Post(
        key="second-decade",
        time="10:03:29",
        keynote="cloud-native-news-show",
        kind="update",
        headline="Kubernetes enters its second decade",
        key_event=True,
        body=(
            "<p>The top story: Kubernetes is entering its second decade. Ten years is a respectable age for "
            "software, and the show treats it as it should be treated, as news and as a birthday "
            "at once.</p>"
        ),
        speakers=("nikhita-raghunath", "rajas-kakodkar"),
    ),
    Post(
        key="live-reports",
        time="10:05:10",
        keynote="cloud-native-news-show",
        kind="update",
        body=(
            "<p>No bulletin without correspondents. The show switches to its live reports, which are as live "
            "as a show on a stage allows. We file this paragraph in the middle of a live report about "
            "live reports, and move on quickly.</p>"
        ),
        speakers=("nikhita-raghunath", "rajas-kakodkar"),
    ),
    Post(
        key="haddad-by-video",
        time="10:07:22",
        keynote="cloud-native-news-show",
        kind="update",
        headline="Ibrahim Haddad joins by video",
        body=(
            "<p>One more guest, and this one comes down the line: <strong>Ibrahim Haddad</strong> appears by "
            "video. It suits the format, of course. A news show without a face on a screen behind the desk "
            "would be only half a news show.</p>"
        ),
        speakers=("ibrahim-haddad",),
    ),
    Post(
        key="bloomberg-starts",
        time="10:09:55",
        keynote="bloomberg",
        kind="update",
        headline="Bloomberg opens its toolbox",
        key_event=True,
        body=(
            "<p>Back to engineering. <strong>Yuzhui Liu</strong>, Team Lead, and <strong>Leon Zhou</strong>, "
            "Software Engineer, are here from Bloomberg. After a morning of builders and vendors, this is the "
            "view from a company that has to run it all.</p>"
        ),
        speakers=("yuzhui-liu", "leon-zhou"),
    ),
    Post(
        key="streams",
        time="10:12:18",
        keynote="bloomberg",
        kind="photo",
        body=(
            "<p>How do you draw a platform? Our answer is ribbons: many strands, each with its own "
            "load, drawn together at the point where two people try to explain them in one keynote.</p>"
        ),
        speakers=("yuzhui-liu", "leon-zhou"),
        pictures=(
            ("data-streams", "Many strands, two speakers. An illustration for the Bloomberg keynote."),
        ),
        author="photographer",
    ),
    Post(
        key="bloomberg-parts",
        time="10:14:36",
        keynote="bloomberg",
        kind="update",
        headline="The parts list",
        body=(
            "<p>For those taking notes, these came up:</p>"
            "<ul><li><strong>Buildpack</strong></li><li><strong>Kubeflow</strong></li>"
            "<li>multi-cluster scheduling</li><li><strong>Knative</strong></li>"
            "<li><strong>KServe</strong></li></ul>"
            "<p>Plenty of familiar names for this hall, and a fair amount of nodding along our row.</p>"
        ),
        speakers=("yuzhui-liu", "leon-zhou"),
    ),
    Post(
        key="multi-cluster",
        time="10:17:51",
        keynote="bloomberg",
        kind="quote",
        body=(
            "<p>Worth underlining in that list is the scheduling. The earlier keynotes worried about where in a "
            "cluster a job should go; here the first question is which cluster.</p>"
        ),
        speakers=("yuzhui-liu", "leon-zhou"),
        quotes=(
            Quote(
                None,
                "Yuzhui Liu and Leon Zhou, Bloomberg",
                "Multi-cluster scheduling has its place beside Kubeflow, Knative and KServe.",
            ),
        ),
    ),
    Post(
        key="bloomberg-ends",
        time="10:22:04",
        keynote="bloomberg",
        kind="update",
        body=(
            "<p>That was the last of the long keynotes. Liu and Zhou leave to applause, and in the rows the first "
            "bags are quietly being packed, in the hope that nobody on stage can see it.</p>"
        ),
        speakers=("yuzhui-liu", "leon-zhou"),
    ),
    Post(
        key="closing-starts",
        time="10:23:40",
        keynote="closing-remarks",
        kind="marker",
        headline="Closing remarks",
        key_event=True,
        body=(
            "<p>The hosts come back for a few words to end the session. After such a morning nobody in the "
            "theatre expects a long speech, and that may be the kindest thing a closing can "
            "offer.</p>"
        ),
    ),
    Post(
        key="out-into-the-light",
        time="10:29:12",
        keynote="closing-remarks",
        kind="photo",
        headline="Out into the light",
        body=(
            "<p>House lights up, doors wide. The crowd rises, stretches, finds its sleeves and flows "
            "towards the daylight. Going down three floors takes noticeably longer than coming up did.</p>"
        ),
        pictures=(("leaving", "The audience leaves the theatre."),),
        author="photographer",
    ),
    Post(
        key="morning-in-two-pictures",
        time="10:33:30",
        keynote=None,
        kind="photo",
        headline="The morning in two pictures",
        body=(
            "<p>Before and after. First a theatre that wants to know what "
            "comes next, then one that has heard it and would now like that coffee.</p>"
        ),
        pictures=(
            ("theatre-full", "Before: the theatre shortly ahead of the first keynote."),
            ("leaving", "After: the way out."),
        ),
        author="photographer",
    ),
    Post(
        key="wrap",
        time="10:38:15",
        keynote=None,
        kind="update",
        headline="That is the morning",
        key_event=True,
        body=(
            "<p>Our live coverage ends here. What we take with us: the talk was of AI throughout, and the "
            "work of sharing GPUs, placing jobs and packing models into containers kept "
            "coming back. The conference itself goes on until 22 March.</p>"
            "<p>Thank you for reading.</p>"
        ),
    ),
)
