"""The posts from the first light to the end of the keynote about GPUs, oldest first."""

from coverage.demo.shapes import Correction, Post, Quote

EARLY_POSTS: tuple[Post, ...] = (
    Post(
        key="first-light",
        time="08:04:10",
        keynote="arrivals",
        kind="photo",
        headline="A bright start over Paris",
        body=(
            "<p>Cold air, low sun and long shadows on the pavement: Paris has laid on a handsome morning. "
            "Collars are up, sunglasses are out, and the roofs are turning from grey to gold.</p>"
        ),
        pictures=(("paris-morning", "Sunrise over the roofs of Paris, before the first keynote."),),
        author="photographer",
    ),
    Post(
        key="good-morning",
        time="08:09:42",
        keynote=None,
        kind="update",
        headline="Good morning from Porte de Versailles",
        key_event=True,
        body=(
            "<p>Welcome to our live coverage of <strong>KubeCon + CloudNativeCon Europe 2024</strong>. We are at "
            "Paris Expo for the opening keynotes and will report them as they unfold. Stay on this page: "
            "it keeps itself up to date.</p>"
        ),
    ),
    Post(
        key="badge-queue",
        time="08:15:05",
        keynote="arrivals",
        kind="photo",
        headline="The badge queue grows",
        body=(
            "<p>Registration is getting busy. The line bends once, then twice, and the sun pours in behind "
            "the desks so brightly that most of the people in it have become silhouettes.</p>"
        ),
        pictures=(("registration-hall", "The queue for badges, against the light."),),
        author="photographer",
    ),
    Post(
        key="no-coffee",
        time="08:21:30",
        keynote="arrivals",
        kind="update",
        headline="No coffee for now",
        body=(
            "<p>A warning for anybody who skipped breakfast: the coffee shops here are still shut. "
            "We checked. Then we checked again, more slowly, in case somebody took pity on us.</p>"
        ),
    ),
    Post(
        key="third-floor",
        time="08:29:14",
        keynote="arrivals",
        kind="photo",
        headline="Three floors up, and waiting",
        body=(
            "<p>The keynote theatre is on the third floor, and its doors are closed. A strip of light shows "
            "underneath. The early risers wait in front of it, and the conversations are still quiet ones.</p>"
        ),
        pictures=(("theatre-doors", "Closed doors at the keynote theatre, with light underneath."),),
        author="photographer",
    ),
    Post(
        key="running-order",
        time=None,
        keynote=None,
        kind="update",
        headline="What to expect",
        body=(
            "<p>While we wait, the shape of the morning:</p>"
            "<ul><li>opening remarks and a panel on cloud native and AI</li>"
            "<li>keynotes from NVIDIA, Microsoft and Bloomberg</li>"
            "<li>a second panel, on platforms for AI</li>"
            "<li>and, in between, a news show</li></ul>"
        ),
    ),
    Post(
        key="doors-open",
        time="08:47:03",
        keynote="arrivals",
        kind="update",
        headline="The doors are open",
        key_event=True,
        body=(
            "<p>There they go. The theatre doors have opened, the crowd on the landing breathes in, narrows, "
            "and pours through. Aisle seats disappear first, as they do everywhere in the world.</p>"
        ),
    ),
    Post(
        key="rows-of-heads",
        time="08:54:48",
        keynote="arrivals",
        kind="photo",
        body=(
            "<p>From the last row the theatre is now mostly the backs of heads. The screens are awake, the "
            "stage is waiting, and the murmur has grown into the kind of hum that makes you lean in to talk.</p>"
        ),
        pictures=(("theatre-full", "The keynote theatre from its last row."),),
        author="photographer",
    ),
    Post(
        key="lights-down",
        time="09:00:21",
        keynote="opening-video",
        kind="marker",
        headline="Lights down, video on",
        key_event=True,
        body=(
            "<p>We are off. The hall darkens and a promotional video opens the session. The phones "
            "that were being read a moment ago are now being held up.</p>"
        ),
    ),
    Post(
        key="video-ends",
        time="09:02:37",
        keynote="opening-video",
        kind="update",
        body=(
            "<p>The video has done its job: last conversations over, all faces pointing the same way. "
            "The music fades, the lights on stage come up, and the talking part of the morning can start.</p>"
        ),
    ),
    Post(
        key="sharma-opens",
        time="09:03:40",
        keynote="opening-remarks",
        kind="update",
        headline="Priyanka Sharma opens the keynotes",
        key_event=True,
        body=(
            "<p>First to speak is <strong>Priyanka Sharma</strong>, Executive Director of the Cloud Native "
            "Computing Foundation, which organises the event. The opening remarks are hers, and we will see "
            "her again shortly: she also moderates the panel that follows.</p>"
        ),
        speakers=("priyanka-sharma",),
    ),
    Post(
        key="largest-so-far",
        time="09:05:12",
        keynote="opening-remarks",
        kind="update",
        headline="The biggest one yet",
        body=(
            "<p>No KubeCon before it has been as large as this, the hall is told. We have no count of our own "
            "to set beside that, but from where we sit, a good way back, the stage looks very small.</p>"
        ),
    ),
    Post(
        key="who-uses-it",
        time="09:06:55",
        keynote="opening-remarks",
        kind="quote",
        body=(
            "<p>Who runs on all this? Sharma reaches for names that need no introduction: one makes shoes, "
            "one makes films, one plays music. Different trades, the same foundations underneath.</p>"
        ),
        speakers=("priyanka-sharma",),
        quotes=(
            Quote(
                "priyanka-sharma",
                "Priyanka Sharma, Executive Director, CNCF",
                "Adidas, Disney and Spotify are among the companies that use cloud native technology.",
            ),
        ),
    ),
    Post(
        key="at-the-lectern",
        time="09:08:16",
        keynote="opening-remarks",
        kind="photo",
        body=(
            "<p>One speaker, one pool of light, one very wide screen. The opening remarks belong to a single "
            "voice; from here on the stage will seldom be this empty again.</p>"
        ),
        speakers=("priyanka-sharma",),
        pictures=(("lectern", "The opening remarks, as our illustrator saw them."),),
        author="photographer",
    ),
    Post(
        key="live-demo",
        time="09:10:02",
        keynote="opening-remarks",
        kind="update",
        headline="A model describes the room it is in",
        key_event=True,
        body=(
            "<p>A live demo, always a brave thing before so many witnesses. A visual language model is given a "
            "view of this very hall and asked what it sees. It answers by describing us: the room, looked at "
            "by a machine, read back to the people sitting in it.</p>"
        ),
        speakers=("priyanka-sharma",),
    ),
    Post(
        key="seen-by-a-machine",
        time="09:11:20",
        keynote="opening-remarks",
        kind="photo",
        body=(
            "<p>For the record, this is roughly how we imagine it: somewhere behind the screen a model is "
            "sorting the theatre into stage, screen and audience. We hope it noticed that we sat up straight.</p>"
        ),
        pictures=(("camera-view", "A hall as a model might see it: our impression of the live demo."),),
        author="photographer",
    ),
    Post(
        key="ai-panel-starts",
        time="09:15:08",
        keynote="cloud-native-and-ai",
        kind="marker",
        headline="Panel: cloud native and AI",
        key_event=True,
        body=(
            "<p>Chairs on, lectern forgotten. Sharma changes jobs without leaving the stage: from now on "
            "she asks the questions. The first panel of the morning is about what cloud native and AI "
            "can do for each other.</p>"
        ),
        speakers=("priyanka-sharma",),
    ),
    Post(
        key="ai-panel-guests",
        time="09:16:02",
        keynote="cloud-native-and-ai",
        kind="update",
        headline="Who is on the panel",
        body=(
            "<p>Three guests take their seats: <strong>Timothée Lacroix</strong>, co-founder of Mistral AI; "
            "<strong>Paige Bailey</strong>, lead product manager at Google; and <strong>Jeffrey Morgen</strong>, "
            "founder of Ollama.</p>"
        ),
        speakers=("timothee-lacroix", "paige-bailey", "jeffrey-morgan"),
        correction=Correction(
            note="We misspelt the name of Jeffrey Morgan, the founder of Ollama, when this post first appeared.",
            body=(
                "<p>Three guests take their seats: <strong>Timothée Lacroix</strong>, co-founder of Mistral AI; "
                "<strong>Paige Bailey</strong>, lead product manager at Google; and <strong>Jeffrey "
                "Morgan</strong>, founder of Ollama.</p>"
            ),
        ),
    ),
    Post(
        key="four-chairs",
        time="09:18:27",
        keynote="cloud-native-and-ai",
        kind="photo",
        body=(
            "<p>Four armchairs and nobody hiding behind a slide. A panel is the one format of the day in which "
            "speakers have to look at each other, and the hall leans forward a little.</p>"
        ),
        pictures=(("panel", "Four chairs, one conversation: the first panel, illustrated."),),
        author="photographer",
    ),
    Post(
        key="three-workloads",
        time="09:20:15",
        keynote="cloud-native-and-ai",
        kind="update",
        headline="Training, fine-tuning, inference",
        key_event=True,
        body=(
            "<p>AI is not one kind of work but at least three. <strong>Lacroix</strong>, <strong>Bailey</strong> "
            "and <strong>Morgan</strong> go through them in turn:</p>"
            "<ol><li>training a model</li><li>fine-tuning it for a purpose</li>"
            "<li>inference, when somebody finally asks it something</li></ol>"
            "<p>Each strains a cluster in its own way.</p>"
        ),
        speakers=("timothee-lacroix", "paige-bailey", "jeffrey-morgan"),
    ),
    Post(
        key="smaller-models",
        time="09:22:09",
        keynote="cloud-native-and-ai",
        kind="update",
        body=(
            "<p>After so much talk of scale, a change of direction: smaller models. They get their own "
            "stretch of the discussion, and for once on this stage the interesting number is "
            "the one that goes down.</p>"
        ),
    ),
    Post(
        key="open-source-washing",
        time="09:24:44",
        keynote="cloud-native-and-ai",
        kind="update",
        headline="How open is open?",
        body=(
            "<p>The panel arrives at <em>open source washing</em>. It is a delicate subject in a theatre full of "
            "people who publish their code for a living: what, in AI, deserves to be called open, and what "
            "merely likes the sound of the word?</p>"
        ),
        speakers=("priyanka-sharma",),
    ),
    Post(
        key="ai-panel-ends",
        time=None,
        keynote="cloud-native-and-ai",
        kind="update",
        body=(
            "<p>Applause, microphones off, chairs out. If you have just joined us: workloads, model sizes "
            "and the meaning of open were the three threads of this panel. Next come the chips.</p>"
        ),
    ),
    Post(
        key="nvidia-starts",
        time="09:29:18",
        keynote="gpus-in-kubernetes",
        kind="update",
        headline="NVIDIA on GPUs in Kubernetes",
        key_event=True,
        body=(
            "<p>Two speakers share the next keynote, both from NVIDIA: <strong>Kevin Klues</strong>, "
            "Distinguished Engineer, and <strong>Sanjay Chatterjee</strong>, Engineering Manager. Their "
            "subject is the part of the cluster everybody wants more of.</p>"
        ),
        speakers=("kevin-klues", "sanjay-chatterjee"),
    ),
    Post(
        key="time-slicing",
        time="09:31:06",
        keynote="gpus-in-kubernetes",
        kind="update",
        headline="Taking turns",
        body=(
            "<p>First lesson: <em>time-slicing</em>. Several jobs use the same GPU one after the other, each for "
            "a moment, so quickly that none of them minds. Anyone who has shared a bathroom at a "
            "conference hotel knows the principle, if not the speed.</p>"
        ),
        speakers=("kevin-klues", "sanjay-chatterjee"),
    ),
    Post(
        key="wall-of-processors",
        time="09:32:40",
        keynote="gpus-in-kubernetes",
        kind="photo",
        body=(
            "<p>Colour by colour, slice by slice: our picture of a keynote about sharing. Some of these "
            "processors work for one job alone, others divide themselves among two, three or four.</p>"
        ),
        speakers=("kevin-klues", "sanjay-chatterjee"),
        pictures=(("shared-processors", "Processors divided among jobs. An illustration, not a slide."),),
        author="photographer",
    ),
    Post(
        key="gpu-sharing",
        time="09:34:22",
        keynote="gpus-in-kubernetes",
        kind="quote",
        body=(
            "<p>Sharing is the word of this keynote. An accelerator that waits idle for one owner "
            "is the most expensive ornament in the data centre, which gives the subject its edge.</p>"
        ),
        speakers=("kevin-klues", "sanjay-chatterjee"),
        quotes=(
            Quote(
                None,
                "Kevin Klues and Sanjay Chatterjee, NVIDIA",
                "Kubernetes can let several workloads share one GPU, and time-slicing is one of the ways to do it.",
            ),
        ),
    ),
    Post(
        key="scale-out",
        time="09:36:50",
        keynote="gpus-in-kubernetes",
        kind="update",
        headline="From one GPU to very many",
        body=(
            "<p>Now the opposite problem: training that is scaled out over many GPUs. Then it matters who sits "
            "beside whom. <strong>Topology-aware placement</strong> is the term: work that talks a lot should "
            "not have to shout across the room.</p>"
        ),
        speakers=("kevin-klues", "sanjay-chatterjee"),
    ),
    Post(
        key="when-it-breaks",
        time="09:38:57",
        keynote="gpus-in-kubernetes",
        kind="update",
        body=(
            "<p>Two more items on NVIDIA's list, and neither is glamorous: <em>fault tolerance</em>, because in a "
            "long training run something will fail, and <em>observability</em>, because somebody will want "
            "to know what, and where.</p>"
        ),
        speakers=("kevin-klues", "sanjay-chatterjee"),
    ),
)
