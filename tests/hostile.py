"""Texts that would run a script if a page let them, of every class we know, and who notices when one does.

Each calls `fired`. They are written anew after the classes of OWASP's cheat sheets and what became known of sanitisers:
handlers, SVG, MathML, addresses of scripts and of data, ends of elements whose text is raw, attributes broken out of,
markup that turns into other markup when it is parsed again, templates, forged headers, signs that turn the line round.
"""

SCRIPT = "<script>fired()</script>"
IMAGE = "<img src=x onerror=fired()>"
PAYLOADS = [
    SCRIPT,
    # Broken out of what is around it
    f'">{SCRIPT}',
    f"'>{SCRIPT}",
    f"</script>{SCRIPT}",
    f"</style>{SCRIPT}",
    f"</title>{IMAGE}",
    f"</textarea>{IMAGE}",
    f"</noscript>{IMAGE}",
    f"</select></option>{IMAGE}",
    f"]]>{SCRIPT}",
    f'"}}]}}</script>{SCRIPT}',
    f"<!--<script>{IMAGE}",
    f"<!-->{IMAGE}-->",
    '" autofocus tabindex=1 onfocus="fired()',
    "' autofocus tabindex=1 onfocus='fired()",
    '" onpointerover=fired() onanimationstart=fired() x="',
    # Handlers
    IMAGE,
    "<IMG SRC=x OnErRoR\n=\nfired()//",
    "<img/src=x/onerror=fired()>",
    "<details open ontoggle=fired()>x</details>",
    "<input autofocus onfocus=fired()>",
    "<video><source onerror=fired()></video>",
    "<marquee onstart=fired()>x</marquee>",
    "<body onload=fired()>",
    "<p onclick=fired() id=posts>x</p>",
    # SVG and MathML
    "<svg onload=fired()>",
    "<svg><script>fired()</script></svg>",
    "<svg><animate onbegin=fired() attributeName=x dur=1s>",
    '<svg><a xlink:href="javascript:fired()"><text y=9>x</text></a></svg>',
    '<svg><use href="data:image/svg+xml,<svg id=x onload=fired()>#x"/></svg>',
    '<math><mi xlink:href="javascript:fired()">x</mi></math>',
    # Markup that is other markup the second time
    f"<math><mtext><table><mglyph><style>{IMAGE}",
    f'<noscript><p title="</noscript>{IMAGE}">',
    f'<svg></p><style><a id="</style>{IMAGE}">',
    f'<xmp><p title="</xmp>{IMAGE}">',
    f"<form><math><mtext></form><form><mglyph><style></math>{IMAGE}",
    "&lt;img src=x onerror=fired()&gt;",
    "%3Cimg%20src=x%20onerror=fired()%3E",
    # Addresses
    '<a href="javascript:fired()">x</a>',
    '<a href="java&#9;script:fired()">x</a>',
    '<a href="&#106;avascript&colon;fired()">x</a>',
    '<a href="\x01 javascript:fired()">x</a>',
    f'<a href="data:text/html,{SCRIPT}">x</a>',
    '<a href="vbscript:fired()">x</a>',
    "javascript:fired()//",
    "[x](javascript:fired())",
    '<iframe srcdoc="<script>parent.fired()</script>"></iframe>',
    '<iframe src="javascript:parent.fired()"></iframe>',
    f'<object data="data:text/html,{SCRIPT}"></object>',
    '<embed src="javascript:fired()">',
    '<form action="javascript:fired()"><button>x</button></form>',
    "<button formaction=javascript:fired()>x</button>",
    '<base href="https://evil.example/">',
    '<meta http-equiv=refresh content="0;url=https://evil.example/">',
    '<link rel=stylesheet href="https://evil.example/a.css">',
    "<style>@import 'https://evil.example/b.css'</style>",
    '<p style="background:url(https://evil.example/c)">x</p>',
    '<img src="https://evil.example/d">',
    # Templates and strings of scripts
    "${fired()}",
    "{{constructor.constructor('fired()')()}}",
    "{% debug %}{{ request.user.password }}",
    "'-fired()-'",
    "\\';fired();//",
    "`;fired();`",
    "\u2028fired()//",
    "<template shadowrootmode=open><img src=x onerror=fired()></template>",
    # Names that scripts look for
    "<a id=posts></a><form name=posts><input name=dataset>",
    # Signs
    f"\u202e{SCRIPT}\u202c",
    "\uff1cscript\uff1efired()\uff1c/script\uff1e",
    f"\ufeff\u200b{IMAGE}",
    "a\r\nSet-Cookie: fired=1\r\n\r\n<script>fired()</script>",
]
ALL = " ".join(PAYLOADS)


def _lines(longest: int) -> list[str]:
    """All of them in as few texts as may be, none cut."""
    lines = [""]
    for text in PAYLOADS:
        if len(lines[-1]) + len(text) > longest:
            lines.append("")
        lines[-1] += text
    return lines


LINES = _lines(200)  # characters: what a title, a name or an alternative text takes
# As many ends as fit where a name may stand, for pages that have one name.
NAME = f"\"'></title></textarea></style></script>{SCRIPT}<svg onload=fired()>{IMAGE}"

# Before any script of a page: `fired` is the witness, and what the policy stopped would have been one.
WATCH = """
addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI, sample }) => {
    const isShown = document.contentType.endsWith("+xml"); // by the browser, with a style of its own
    if (isShown && effectiveDirective === "style-src-elem") return;
    witness(`${effectiveDirective} stopped ${blockedURI} ${sample}`);
});
window.fired = () => witness("a text ran as a script");
"""

# What is on a page, or in HTML that is only parsed, and that nobody of ours put there: as a list of sentences.
INTRUDERS = """(html) => {
    const page = html === null ? document : new DOMParser().parseFromString(html, "text/html");
    const strange = "object embed applet frame frameset marquee math animate set xmp noembed";
    const addresses = ["href", "src", "action", "formaction", "data", "poster", "xlink:href", "background", "cite"];
    const isShown = page.contentType.endsWith("+xml"); // by the browser, with a style of its own
    const found = [];
    const say = (one, why) => found.push(`${why}: ${one.outerHTML.slice(0, 120)}`);
    const look = (root) => {
        for (const one of root.querySelectorAll("*")) {
            const name = one.localName;
            if (one.content instanceof DocumentFragment) look(one.content);
            if (one.shadowRoot) look(one.shadowRoot);
            if (strange.split(" ").includes(name)) say(one, "an element");
            if (name === "script" && !one.src && !/json/.test(one.type) && !one.nonce) say(one, "a script");
            if (name === "script" && /json/.test(one.type)) JSON.parse(one.textContent);
            if (name === "use" && !one.getAttribute("xlink:href").startsWith("#")) say(one, "a picture from elsewhere");
            if (name === "style" && !one.nonce && !isShown) say(one, "a style");
            if (name === "meta" && one.httpEquiv) say(one, "a meta");
            for (const { name: key, value } of one.attributes) {
                // One that came with the page is a violation; a script of ours may set another.
                if (html !== null && key === "style") say(one, "a style");
                if (/^on|^srcdoc$|^shadowroot|[^a-z0-9:_-]/i.test(key)) say(one, `an attribute ${key}`);
                if (!addresses.includes(key)) continue;
                const { protocol, host } = new URL(value, "https://here.invalid/");
                const picture = /^data:(image\\/|,$)/.test(value) && name !== "a";
                if (!/^(https?|mailto):$/.test(protocol) && !picture) say(one, `an address ${protocol}`);
                if (host === "evil.example") say(one, "an address elsewhere");
            }
        }
        // A post's own words have no more than its sanitiser leaves, and what our cards are made of.
        for (const one of root.querySelectorAll(".body *")) {
            if (!one.matches("p, br, strong, em, a, ul, ol, li, blockquote, .card, .card *")) say(one, "in a body");
            if (one.id) say(one, "a name in a body");
        }
    };
    look(page);
    return found;
}"""
