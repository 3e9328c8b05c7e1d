.PHONY: run test ci soak filings lint audit lock bench

# HOST, PORT, PYTHON and the other variables of the README may be given here: make run PORT=8001
run:
	@sh tools/make-venv.sh requirements.txt
	@exec .venv/bin/python -m newsroom.launcher

test:
	@sh tools/make-venv.sh requirements.txt requirements-dev.txt
	@sh tools/find-browser.sh
	.venv/bin/python -m pytest -n 2 --dist loadgroup $(ARGS)

# What needs no test to be wrong, and the suite on both databases within half an hour: who races whom is tried on
# PostgreSQL, processes that are broken on SQLite (and a whole newsroom on PostgreSQL, tests/faults/test_breaking.py), and
# backups on the machine's own server, whose programs they call. `make test` leaves nothing out.
ci: lint audit
	$(MAKE) test ARGS="--ignore-glob=tests/coverage/publishing/test_races*"
	TEST_DATABASE=postgres TEST_POSTGRES=wheel $(MAKE) test \
	  ARGS="--ignore=tests/faults -m 'not journey and not any_database and not alone'"
	TEST_DATABASE=postgres $(MAKE) test ARGS="tests/coverage/backup -m 'alone and not any_database'"

# A whole newsroom under a load, broken again and again for ten minutes; ARGS="--minutes 60 --seed 2" longer, otherwise.
soak:
	@sh tools/make-venv.sh requirements.txt requirements-dev.txt
	.venv/bin/python -m bench.soak $(ARGS)

# A thousand filings on a line that breaks; FILINGS_SEED=2 makes them others.
filings:
	FILINGS=1000 $(MAKE) test ARGS=tests/faults/test_filing.py

lint:
	@sh tools/make-venv.sh requirements.txt requirements-dev.txt
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/lint-imports
	.venv/bin/python manage.py makemigrations --check --dry-run
	.venv/bin/python -m tools.lint_migrations
	.venv/bin/python manage.py check

# What it runs on, as a bill of materials, and whether a weakness is known of any of it. Without a network that is not
# known: it says so and goes on, unless AUDIT_REQUIRED=1.
audit:
	@sh tools/make-venv.sh requirements.txt
	@mkdir -p build
	.venv/bin/python tools/sbom.py requirements.txt requirements-s3.txt > build/sbom.json
	@sh tools/make-venv.sh requirements-audit.txt || echo "pip-audit cannot be installed here." >&2
	.venv/bin/python tools/audit.py requirements.txt requirements-s3.txt

lock:
	@sh tools/lock.sh $(ARGS)

# PHOTOS="a.jpg b.heic" names photographs for the last; without any it is passed over.
bench:
	@sh tools/make-venv.sh requirements.txt requirements-dev.txt requirements-bench.txt
	.venv/bin/python -m bench.posting
	.venv/bin/python -m bench.desk
	.venv/bin/python -m bench.lateness
	.venv/bin/python -m bench.pages
	.venv/bin/python -m bench.live
	.venv/bin/python -m bench.filing
	.venv/bin/python -m bench.lighthouse
	.venv/bin/python -m bench.machines || test $$? = 2  # 2: not root, or not Linux; it says so
	@if [ -n "$(PHOTOS)" ]; then .venv/bin/python -m bench.renditions $(PHOTOS); \
	else echo 'Renditions are measured on photographs: make bench PHOTOS="a.jpg b.heic"'; fi
