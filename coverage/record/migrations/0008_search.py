"""The search's documents, their index in the database, and those of what was released before.

Django makes a table of SQLite anew when it alters one, and its triggers are gone then: a later migration that alters
`Document` drops the index first and makes it again, with `drop_index` and `make_index` from here.
"""

import django.db.models.deletion
from django.db import migrations, models

from coverage.record import documents

COLUMNS = "kind, head_id, title_words, text_words"
OLD = "old.id, old.kind, old.head_id, old.title_words, old.text_words"
NEW = "new.id, new.kind, new.head_id, new.title_words, new.text_words"
TAKE = f"INSERT INTO record_words (record_words, rowid, {COLUMNS}) VALUES ('delete', {OLD});"
PUT = f"INSERT INTO record_words (rowid, {COLUMNS}) VALUES ({NEW});"

# Words come folded: the tokenizer has nothing to do but part them at the spaces.
SQLITE = (
    f"""CREATE VIRTUAL TABLE record_words USING fts5(
        {COLUMNS}, content='record_document', content_rowid='id', tokenize='ascii', prefix='2 3'
    )""",
    f"CREATE TRIGGER record_words_put AFTER INSERT ON record_document BEGIN {PUT} END",
    f"CREATE TRIGGER record_words_taken AFTER DELETE ON record_document BEGIN {TAKE} END",
    f"CREATE TRIGGER record_words_changed AFTER UPDATE ON record_document BEGIN {TAKE} {PUT} END",
    "INSERT INTO record_words (record_words) VALUES ('rebuild')",
)
SQLITE_BACK = (
    "DROP TRIGGER record_words_changed",
    "DROP TRIGGER record_words_taken",
    "DROP TRIGGER record_words_put",
    "DROP TABLE record_words",
)
# PostgreSQL's own parser splits and folds by the locale of the database: it is not asked. No place is beyond 16,383.
# The space puts a place between title and text: no phrase begins in one and ends in the other. Without fastupdate a
# reader never looks through a list of what is not sorted in yet.
POSTGRESQL = (
    """CREATE FUNCTION record_lexemes(words text) RETURNS tsvector IMMUTABLE PARALLEL SAFE LANGUAGE sql AS $$
        SELECT coalesce(string_agg(format('''%s'':%s', word, least(place, 16383)), ' '), '')::tsvector
        FROM unnest(string_to_array(words, ' ')) WITH ORDINALITY AS said(word, place) WHERE word <> ''
    $$""",
    """ALTER TABLE record_document ADD COLUMN lexemes tsvector GENERATED ALWAYS AS (
        setweight(record_lexemes(title_words), 'A') || setweight(record_lexemes(' ' || text_words), 'B')
    ) STORED""",
    "CREATE INDEX record_document_lexemes ON record_document USING gin (lexemes) WITH (fastupdate = off)",
)
POSTGRESQL_BACK = (
    "ALTER TABLE record_document DROP COLUMN lexemes",
    "DROP FUNCTION record_lexemes(text)",
)


def make_index(apps, schema_editor) -> None:
    _run(schema_editor, SQLITE, POSTGRESQL)


def drop_index(apps, schema_editor) -> None:
    _run(schema_editor, SQLITE_BACK, POSTGRESQL_BACK)


def make_documents(apps, schema_editor) -> None:
    documents.rebuild(apps.get_model)


def _run(schema_editor, sqlite: tuple[str, ...], postgresql: tuple[str, ...]) -> None:
    for statement in postgresql if schema_editor.connection.vendor == "postgresql" else sqlite:
        schema_editor.execute(statement, params=None)


class Migration(migrations.Migration):

    dependencies = [
        ('record', '0007_event_summary'),
    ]

    operations = [
        migrations.CreateModel(
            name='Document',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('event', 'Event'), ('keynote', 'Keynote'), ('speaker', 'Speaker'), ('post', 'Post')], max_length=10)),
                ('position', models.BigIntegerField(default=0)),
                ('title_words', models.TextField(blank=True)),
                ('text_words', models.TextField(blank=True)),
                ('appearance', models.OneToOneField(null=True, on_delete=django.db.models.deletion.CASCADE, to='record.releasedappearance')),
                ('head', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='documents', to='record.eventhead')),
                ('keynote', models.OneToOneField(null=True, on_delete=django.db.models.deletion.CASCADE, to='record.releasedkeynote')),
                ('post', models.OneToOneField(null=True, on_delete=django.db.models.deletion.CASCADE, to='record.releasedpost')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('kind', 'event')), fields=('head',), name='document_of_event_once'), models.CheckConstraint(condition=models.Q(models.Q(('appearance', None), ('keynote', None), ('kind', 'event'), ('post', None)), models.Q(('appearance', None), ('keynote__isnull', False), ('kind', 'keynote'), ('post', None)), models.Q(('appearance__isnull', False), ('keynote', None), ('kind', 'speaker'), ('post', None)), models.Q(('appearance', None), ('keynote', None), ('kind', 'post'), ('post__isnull', False)), _connector='OR'), name='document_is_of_its_kind')],
            },
        ),
        migrations.RunPython(make_index, drop_index, elidable=False),
        migrations.RunPython(make_documents, migrations.RunPython.noop, elidable=True),
    ]
