"""The web process's connections outlive its requests, and what happens to the server."""

import json

import pytest
from django.db import connection

from newsroom import asgi, pooling
from tests.processes import outcome, start

# Each question from a thread of its own, as each request is.
ASK = """
import json, threading
from django.db import close_old_connections, connection
from newsroom import pooling

said = []

def ask(question="SELECT pg_backend_pid()"):
    def request():
        with connection.cursor() as cursor:
            cursor.execute(question)
            said.append(cursor.fetchall()[0][0])
        close_old_connections()
    thread = threading.Thread(target=request)
    thread.start()
    thread.join()
    return said.pop() if said else None

pooling.begin()
"""


@pytest.fixture
def answers(transactional_db):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no server")

    def run(code: str) -> object:
        return json.loads(outcome(start(ASK + code)))

    return run


def test_one_connection_answers_one_request_after_the_other(answers):
    seen = answers("print(json.dumps([ask() for _ in range(5)])); pooling.end()")

    assert len(seen) == 5
    assert len({*seen}) == 1


def test_one_that_died_is_exchanged_before_anybody_meets_it(answers):
    before, after = answers("""
with connection.cursor() as mine:
    before = ask()
    mine.execute("SELECT pg_terminate_backend(%s, 5000)", [before])
print(json.dumps([before, ask()]))
pooling.end()
""")

    assert before != after


def test_what_a_request_left_undone_is_undone(answers):
    left = answers("""
def leave():
    connection.set_autocommit(False)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE left_behind (id int)")
    connection.close()
thread = threading.Thread(target=leave)
thread.start()
thread.join()
print(json.dumps(ask("SELECT count(*) FROM pg_tables WHERE tablename = 'left_behind'")))
pooling.end()
""")

    assert left == 0


def test_after_its_end_each_opens_its_own(answers):
    first, second, rest = answers("""
first = ask()
pooling.end()
second = ask()
import psycopg_pool
print(json.dumps([first, second, connection.settings_dict["OPTIONS"].get("pool")]))
""")

    assert first != second
    assert rest is None


def test_no_request_waits_for_another_s_connection():
    assert pooling.MOST > asgi.AT_ONCE
