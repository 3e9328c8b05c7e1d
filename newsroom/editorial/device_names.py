"""What to call a phone or a browser, from what its browser says of itself."""

# Of each pair the first that stands in the User-Agent counts: later ones call themselves by earlier names, too.
BROWSERS = (
    ("SamsungBrowser/", "Samsung Internet"),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("FxiOS/", "Firefox"),
    ("Firefox/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
MACHINES = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Macintosh", "Mac"),
    ("Linux", "Linux"),
)


def name_of(user_agent: str, *, unknown: str = "Phone") -> str:
    """`Safari on iPhone`; what is not known is left out."""
    browser, machine = (
        next((name for sign, name in signs if sign in user_agent), "") for signs in (BROWSERS, MACHINES)
    )
    return " on ".join(filter(None, (browser, machine))) or unknown
