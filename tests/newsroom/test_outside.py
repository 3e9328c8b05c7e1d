"""Who asks other people's servers: only the modules named here, through the one that looks at addresses."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
NETWORK = {
    *("aiohttp", "asyncio.open_connection", "boto3", "botocore", "ftplib", "http.client", "httpx"),
    *("pywebpush", "requests", "socket", "socketserver", "ssl", "telnetlib", "urllib.request", "urllib3"),
}
OTHERS = {  # servers of other people: their connections are made by connect_outside
    "coverage/following/hub.py",
    "coverage/following/push.py",
    "coverage/following/sending.py",
    "coverage/interchange/schedules/fetching.py",
    "newsroom/editorial/outside.py",
}
OWN = {  # servers of the operator's, named in the settings; ourselves; sockets that are there already, or send nothing
    "coverage/desk/drill.py",
    "coverage/live/unread.py",
    "media/s3.py",
    "newsroom/launcher.py",
    "newsroom/phone.py",
    "newsroom/ready.py",
}


def test_nobody_else_asks_another_server():
    asking = {
        str(path.relative_to(ROOT))
        for folder in ("coverage", "media", "newsroom")
        for path in (ROOT / folder).rglob("*.py")
        if any(is_of_the_network(name) for name in imported(path))
    }

    assert asking == OTHERS | OWN


def is_of_the_network(name: str) -> bool:
    return any(name == known or name.startswith(f"{known}.") for known in NETWORK)


def imported(path: Path) -> set[str]:
    """The full names of what a module imports, anywhere in it."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names
