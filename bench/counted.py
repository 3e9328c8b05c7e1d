"""The newsroom's web application, counting what it asks the database; `bench.pages` runs it.

`/bench/queries` answers the number so far, without those it asks by itself each second: its look and its release of
what is due.
"""

import threading

from django.db.backends.signals import connection_created

from newsroom.asgi import application as newsroom

ITS_OWN = ("live-look", "release-tick")  # threads
asked = 0


def count(execute, *statement):
    global asked
    asked += not threading.current_thread().name.startswith(ITS_OWN)
    return execute(*statement)


def watch(connection, **_) -> None:
    if count not in connection.execute_wrappers:
        connection.execute_wrappers.append(count)


connection_created.connect(watch)


async def application(scope, receive, send) -> None:
    if scope["type"] != "http" or scope["path"] != "/bench/queries":
        await newsroom(scope, receive, send)
        return
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": str(asked).encode()})
