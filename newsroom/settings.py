"""Django's settings, built from the environment. The README has the table of variables."""

from datetime import timedelta
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.utils.csp import CSP
from environs import Env

from newsroom import environment, kept, logs, phone

env = Env()

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = environment.data_folder(env.str("DATA_DIR", "") or str(BASE_DIR / "var"))
# The names of those that only `manage.py setup` said.
KEPT = kept.take(DATA_DIR)
NEWSROOM_ENV = env.str("NEWSROOM_ENV", "development")
if NEWSROOM_ENV not in ("development", "production"):
    raise ImproperlyConfigured(f"NEWSROOM_ENV is {NEWSROOM_ENV!r}; it is development or production.")
PRODUCTION = NEWSROOM_ENV == "production"
environment.crash_folder(env.str("CRASH_AT", ""), production=PRODUCTION)
DEBUG = False

HOST = env.str("HOST", "127.0.0.1")
PORT = environment.port(env.int("PORT", 8000))
PUBLIC_URL = env.str("PUBLIC_URL", "")
if PRODUCTION and not PUBLIC_URL:
    raise ImproperlyConfigured(
        "In production PUBLIC_URL must be set, for example https://news.example.org; "
        "manage.py setup without NEWSROOM_ENV asks for it, and keeps it."
    )
TLS_CERT, TLS_KEY = environment.tls(env.str("TLS_CERT", ""), env.str("TLS_KEY", ""))
# Started for the whole network, it is found where a phone finds it.
_HERE = (phone.address_here() if HOST in phone.EVERYWHERE else None) or "127.0.0.1"
PUBLIC_URL, PUBLIC_HOST = environment.public_address(
    PUBLIC_URL or f"{'https' if TLS_CERT else 'http'}://{_HERE}:{PORT}", production=PRODUCTION
)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", []) or [PUBLIC_HOST]
if not PRODUCTION:
    ALLOWED_HOSTS += ["127.0.0.1", "localhost", "[::1]"]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
TRUSTED_PROXIES = environment.proxies(env.int("TRUSTED_PROXIES", 0))
# How often an open page without a stream asks while an event is live.
POLL_SECONDS = environment.at_least(1, "POLL_SECONDS", env.int("POLL_SECONDS", 2))
# Open streams of one process, and of one address in it; beyond these a page polls. 0: no streams at all.
STREAMS = environment.at_least(0, "STREAMS", env.int("STREAMS", 12_000))
STREAMS_PER_ADDRESS = environment.at_least(1, "STREAMS_PER_ADDRESS", env.int("STREAMS_PER_ADDRESS", 100))
# Seconds over which a process told to stop ends its streams, so that not all readers come back at once.
DRAIN_SECONDS = environment.at_least(0, "DRAIN_SECONDS", env.int("DRAIN_SECONDS", 30 if PRODUCTION else 0))
# Whether finished first pages are written below DATA_DIR/pages, for a web server in front.
PAGE_FILES = env.bool("PAGE_FILES", False)
METRICS_TOKEN = env.str("METRICS_TOKEN", "")
# Whom to tell of a weakness, in /.well-known/security.txt, and until when that is good.
SECURITY_CONTACT, SECURITY_TXT_EXPIRES = environment.security_contact(
    env.str("SECURITY_CONTACT", ""), env.date("SECURITY_TXT_EXPIRES", None)
)

SECRET_KEY = env.str("SECRET_KEY", "")
if PRODUCTION and not SECRET_KEY:
    raise ImproperlyConfigured("In production SECRET_KEY must be set to a long random string.")
SECRET_KEY = SECRET_KEY or environment.secret_key(DATA_DIR)
# Who may be asked to tell readers' browsers of key events, and the key that says who we are. None: no web push.
PUSH_SERVICES = [
    name.strip() for name in env.list("PUSH_SERVICES", environment.PUSH_SERVICES) if name.strip()
]
VAPID_PRIVATE_KEY = env.str("VAPID_PRIVATE_KEY", "") or environment.vapid_key(DATA_DIR)
# Told when an event's feeds change; "" if there is none.
WEBSUB_HUB = environment.hub(env.str("WEBSUB_HUB", ""))
# Backups are encrypted with it: 32 random bytes in base64url. "": they are not.
BACKUP_KEY = env.str("BACKUP_KEY", "")
NEWSROOM_DEMO = env.bool("NEWSROOM_DEMO", not PRODUCTION) and not PRODUCTION
NEWSROOM_DEMO_PASSWORD = env.str("NEWSROOM_DEMO_PASSWORD", "")

# What readers are told of who publishes. Without a name it is called by its address; the demo's is called Newsroom.
NEWSROOM_NAME = environment.printed_name("NEWSROOM_NAME", env.str("NEWSROOM_NAME", ""))
NEWSROOM_NAME = NEWSROOM_NAME or ("Newsroom" if NEWSROOM_DEMO else PUBLIC_HOST)
PUBLISHER = environment.printed_name("PUBLISHER", env.str("PUBLISHER", "")) or NEWSROOM_NAME
LEGAL_LINKS = environment.legal_links(env.str("LEGAL_LINKS", "").split())
# A PNG, at the address of a static file; LOGO is its width and height in pixels, None without one.
HOUSE_FILES = DATA_DIR / "house"
LOGO = environment.logo(HOUSE_FILES / "logo.png")

INSTALLED_APPS = [
    "newsroom.editorial",
    "media",
    "coverage",
    "coverage.record",
    "coverage.following",
    "coverage.desk.apps.DeskConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.sitemaps",
    "rest_framework",
    "drf_spectacular",
    "knox",
    "axes",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "imagekit",
    "django_prose_editor",
]

MIDDLEWARE = [
    # First, so that whatever answers readers asks the database as they may.
    "newsroom.wall.behind_the_wall",
    # Before the one that redirects to https: that answer has a policy, too.
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "newsroom.headers.StrictHeaders",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "newsroom.metrics.by_any_name",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "coverage.desk.device_session.DeviceSessionMiddleware",
    "coverage.desk.second_factor.SecondFactorMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
    "coverage.front.moved.lead_on",
]

ROOT_URLCONF = "newsroom.urls"
ASGI_APPLICATION = "newsroom.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.csp",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

# SQLite: a read followed by a write fails at once under a deferred transaction; IMMEDIATE waits its turn.
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
}
DATABASES = {
    "default": environment.database(
        env.str("DATABASE_URL", "") or f"sqlite:///{DATA_DIR / 'newsroom.sqlite3'}"
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["OPTIONS"] = SQLITE_OPTIONS
    environment.private_file(Path(DATABASES["default"]["NAME"]))
    # A file, so that the tests' own processes reach it.
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "test.sqlite3")}
# The same database as a role that may read the record (coverage/record/wall.py, newsroom/public_role.py).
if DATABASE_PUBLIC_URL := env.str("DATABASE_PUBLIC_URL", ""):
    DATABASES["public"] = environment.public_database(DATABASE_PUBLIC_URL, DATABASES["default"])
DATABASE_ROUTERS = ["newsroom.wall.DeskMigrates"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", "") or f"unix://{environment.valkey_socket(DATA_DIR)}"
OWN_VALKEY = not env.str("REDIS_URL", "")

CELERY_BROKER_URL = environment.broker_url(REDIS_URL)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TIMEZONE = "UTC"
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_MEMORY_PER_CHILD = 350_000  # KiB; a child that ever needed more is replaced after its task
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 300,
    "unacked_restore_interval": 5,
    "unacked_restore_throttle": 1,
    # A hint is sent to a live broker at once or not at all: the sweep finds what it announced.
    "max_retries": 0,
    "socket_connect_timeout": 0.5,
}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_DEFAULT_QUEUE = "publish"
# A mail server may be slow, and so may a thousand rows that go: neither holds up a release.
CELERY_TASK_ROUTES = {
    "media.*": {"queue": "images"},
    "publishing.*_cards": {"queue": "images"},
    "publishing.mail_alerts": {"queue": "mail"},
    "publishing.forget_error_reports": {"queue": "mail"},
    "following.*": {"queue": "mail"},
    "erasing.*": {"queue": "mail"},
}
CELERY_BEAT_SCHEDULER = "celery.beat:Scheduler"
# Seconds between two looks; the queue is that of the task's route. Beat remembers nothing: one that starts again each
# hour must get to all of them.
_LOOKS = {
    "publishing.release_due": 1,
    "publishing.sweep_pictures": 10,
    "publishing.alert_unsigned": 10,
    "publishing.mail_alerts": 10,
    "publishing.forget_error_reports": 600,
    "publishing.sweep_cards": 10,
    "publishing.tidy_cards": 600,
    "following.push": 5,
    "following.tell_hub": 5,
    "following.forget": 600,
    "erasing.sweep": 60,
    "media.sweep": 30,
}
# A look that was not begun by the next, or within two seconds, is none: the next one finds what it would have found.
CELERY_BEAT_SCHEDULE = {
    task: {"task": task, "schedule": float(seconds), "options": {"expires": max(2, seconds)}}
    for task, seconds in _LOOKS.items()
}

AUTH_USER_MODEL = "editorial.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "coverage.desk.device_session.LinkBackend",
]
# The first is what passwords are kept by; the other reads those kept before it.
PASSWORD_HASHERS = ["newsroom.hashers.Argon2", "django.contrib.auth.hashers.PBKDF2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "coverage.desk.tokens.TokensEndWithThePassword"},
]
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_ENABLE_ADMIN = False
# Where she is signed in stands in her sessions; axes's own list would begin one for a program's token.
AXES_DISABLE_ACCESS_LOG = True
AXES_CLIENT_IP_CALLABLE = "coverage.desk.client_address.client_address"
AXES_VERBOSE = False
AXES_LOCKOUT_CALLABLE = "coverage.desk.signing_in.locked_out"
LOGIN_URL = "/admin/login/"
LOGIN_REDIRECT_URL = "/admin/"

# allauth does the second factor alone: signing in is the desk's own form, nobody signs herself up.
STAFF_SECOND_FACTOR = PRODUCTION
ACCOUNT_ADAPTER = "coverage.desk.signing_in.AccountAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"
# Seconds for which somebody who proved who she is may give power and make keys (coverage/desk/fresh.py).
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
ACCOUNT_LOGIN_METHODS = {"username", "email"}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_ADAPTER = "coverage.desk.passkeys.PasskeyAdapter"
# Those of allauth's pages that are allauth's views.
MFA_FORMS = {
    "authenticate_webauthn": "coverage.desk.passkeys.SecondStepForm",
    "edit_webauthn": "coverage.desk.passkeys.RenameForm",
}
# A finger, a face or a PIN every time: whoever finds a key has only a key.
MFA_WEBAUTHN_USER_VERIFICATION = "required"
# There is nothing to guess, and a whole newsroom comes from the one address of a hall.
MFA_RATE_LIMITS = {"webauthn_login": "60/m/ip"}
MFA_TOTP_ISSUER = NEWSROOM_NAME
MFA_TOTP_TOLERANCE = 1
MFA_ALLOW_UNVERIFIED_EMAIL = True

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["knox.auth.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "coverage.api.problems.problem_response",
    "NUM_PROXIES": TRUSTED_PROXIES,
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
REST_KNOX = {"TOKEN_TTL": timedelta(days=30), "AUTH_HEADER_PREFIX": "Token", "AUTO_REFRESH": False}
SPECTACULAR_SETTINGS = {
    "TITLE": NEWSROOM_NAME,
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "ENUM_NAME_OVERRIDES": {
        "PostStateEnum": "newsroom.editorial.states.PostState",
        "EventStateEnum": "newsroom.editorial.states.EventState",
        "ImageStateEnum": "media.models.ImageState",
        "RenditionStateEnum": "media.models.RenditionState",
    },
}

LANGUAGE_CODE = "en-gb"
# What readers' pages can be printed in; an event in another language has its words, and ours in English.
LANGUAGES = [("en-gb", "English"), ("fr", "français")]
# What its events are in. The first is that of readers' pages that belong to no event; the desk speaks English.
NEWSROOM_LANGUAGES = environment.languages(
    env.list("NEWSROOM_LANGUAGES", [LANGUAGE_CODE]), [code for code, _ in LANGUAGES]
)
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "newsroom.formats"
TIME_ZONE = "UTC"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static", *([("house", HOUSE_FILES)] if LOGO else [])]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    **environment.picture_storages(
        DATA_DIR,
        bucket=env.str("PICTURES_S3_BUCKET", ""),
        originals_bucket=env.str("PICTURES_S3_ORIGINALS_BUCKET", ""),
        endpoint=env.str("PICTURES_S3_ENDPOINT", ""),
        region=env.str("PICTURES_S3_REGION", ""),
    ),
    "partials": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": DATA_DIR / "partials"},
    },
    "staticfiles": {"BACKEND": "newsroom.static_files.NewsroomStaticFilesStorage"},
}
# Nothing is stored under Django's own media root; it must lie outside every package all the same.
MEDIA_ROOT = DATA_DIR / "unused"
IMAGE_MAX_BYTES = 40 * 1024 * 1024
IMAGE_MAX_PIXELS = 100_000_000
# Replaced files are deleted when no released post shows them any more.
MEDIA_FOLDER_IN_USE = "coverage.record.pictures.is_folder_shown"
# Raises NotAllowed for a person who may send no pictures any more.
MEDIA_CHECK_SENDER = "coverage.publishing.guests.check_sender"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

MAILERS = environment.mailers(env.str("EMAIL_URL", "console:"))
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "") or environment.sender(NEWSROOM_NAME, PUBLIC_HOST)
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# Public and field pages: nothing inline, nothing from elsewhere. The admin adds nonces (coverage/desk/site.py).
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "manifest-src": [CSP.SELF],
    # Players a reader asked for (coverage/record/embeds.py).
    "frame-src": ["https://www.youtube-nocookie.com", "https://player.vimeo.com"],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
# What no page of ours asks a browser for. A photograph is taken by the phone's own camera, which needs no leave.
DEVICES = (
    "accelerometer camera display-capture geolocation gyroscope hid magnetometer microphone midi payment "
    "serial usb"
)
STRICT_HEADERS = {
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{device}=()" for device in DEVICES.split()),
}
SESSION_ENGINE = "newsroom.editorial.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
# In the field a lost session gives back what was typed, the desk says where it is; elsewhere it is Django's own page.
CSRF_FAILURE_VIEW = "coverage.field.lost.csrf_failure"
if PRODUCTION:
    SESSION_COOKIE_NAME = "__Host-sessionid"
    CSRF_COOKIE_NAME = "__Host-csrftoken"
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_HSTS_SECONDS = 63_072_000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
    if TRUSTED_PROXIES:
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    # Where https ends at somebody who is not trusted, a redirect would lead round and round; `check --deploy` says so.
    SECURE_SSL_REDIRECT = bool(TRUSTED_PROXIES or TLS_CERT)
    # This machine asks for these without TLS.
    SECURE_REDIRECT_EXEMPT = [r"^(livez|readyz|healthz/publishing|metrics)$"]

LOGGING = logs.configuration(production=PRODUCTION)
