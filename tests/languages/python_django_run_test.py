from __future__ import annotations

from collections.abc import Callable

import pytest

from scaffold import language
from scaffold.project import Project

Look = Callable[[str, dict[str, str], str], str]
Tree = Callable[[dict[str, str]], Project]

MANAGE = "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'site.settings')\n"
SQLITE = "DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': 'db.sqlite3'}}\n"
URLS = (
    "from django.http import HttpResponse\n"
    "def health(request):\n    return HttpResponse()\nurlpatterns = [path('health/', health)]"
)


def django(settings: str, **others: str) -> dict[str, str]:
    return {
        "requirements.txt": "django\ngunicorn",
        "manage.py": MANAGE,
        "site/wsgi.py": "",
        "site/settings.py": settings,
        **{path.replace("__", "/") + ".py": text for path, text in others.items()},
    }


@pytest.mark.parametrize(
    ("settings", "build"),
    [
        ("", "none"),
        ("STATIC_ROOT = 'x'", "python manage.py collectstatic --noinput || echo 'Static files are not collected.'"),
        (
            "import os\nSTATIC_ROOT = 'x'\nSECRET_KEY = os.environ['KEY']\nD = os.environ['DATABASE_URL']",
            "KEY=used-by-the-build-alone DATABASE_URL=sqlite:////tmp/build.sqlite3 python manage.py",
        ),
        (
            "import os\nSTATIC_ROOT = 'x'\nSECRET_KEY = os.getenv('KEY')",
            "KEY=used-by-the-build-alone python manage.py",
        ),
        ("import os\nSTATIC_ROOT = 'x'\nSECRET_KEY = os.getenv('KEY', 'a')", "python manage.py"),
    ],
)
def test_static_files(found: Look, settings: str, build: str) -> None:
    assert found("python", django(settings), "build").startswith(build)


@pytest.mark.parametrize(
    ("files", "migrates"),
    [
        (django(""), False),
        (django(SQLITE), True),
        ({**django(""), "Procfile": "release: python manage.py migrate"}, True),
        ({**django(""), "entrypoint.sh": "python manage.py migrate\nexec $@"}, True),
    ],
)
def test_migrations(found: Look, files: dict[str, str], migrates: bool) -> None:
    shown = found("python", files, "start")
    assert shown.startswith("python manage.py migrate --noinput && gunicorn") == migrates


@pytest.mark.parametrize(
    ("settings", "path"),
    [
        ("ALLOWED_HOSTS = ['*']\n", "/health/ (site/urls.py:4)"),
        ("ALLOWED_HOSTS = []\n", "/health/ (site/urls.py:4)"),
        ("ALLOWED_HOSTS = ['example.com']\n", "none"),
        ("ALLOWED_HOSTS = ['*']\nSECURE_SSL_REDIRECT = True\n", "none"),
    ],
)
def test_health(found: Look, settings: str, path: str) -> None:
    files = django(f"{settings}ROOT_URLCONF = 'site.urls'", site__urls=URLS)
    assert found("python", files, "health-path") == path


def test_notes(tree: Tree) -> None:
    settings = "STATIC_ROOT = 'x'\nDATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql'}}"
    notes = language.load("python").detect(tree(django(settings))).notes
    assert any("nothing in the image serves them" in note for note in notes)
    assert "The app needs a database to answer: postgresql (site/settings.py:2)." in notes
