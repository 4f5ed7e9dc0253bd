"""Word documents from templates that an office may edit: the one room of docxtpl and python-docx.

A template is a file from people: it is filled by a sandboxed jinja, every value is escaped, a tag
that nobody knows is an error, and whatever is wrong with it is told in one sentence.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from lxml.etree import XMLSyntaxError, fromstring

from sync import clock
from sync.failures import Failure
from sync.report.listings import one_line
from sync.report.whole_file import whole

TEMPLATES = Path(__file__).with_name("templates")

_NOT_WORD = (BadZipFile, KeyError, ValueError, XMLSyntaxError, zlib.error)
_NOT_TO_BE_FILLED = (
    TemplateError,
    XMLSyntaxError,
    # An expression in a template may do anything with the values that it is given.
    ArithmeticError,
    LookupError,
    TypeError,
    ValueError,
)


class TemplateFailure(Failure):
    """A template cannot be used; the message names the file and says why."""

    exit_code = 2


def write_document(template: Path, values: Mapping[str, object], path: Path) -> Path:
    """Fill a template and write it to `path`, whole or not at all; returns the path.

    `values` are what its tags may name: texts, whole numbers, sequences of plain objects.
    Raises TemplateFailure, and OSError where the document cannot be written.
    """
    document = _filled(template, values)
    with whole(path) as unfinished:
        document.save(unfinished)
    return path


def _filled(template: Path, values: Mapping[str, object]) -> Any:
    document = _opened(template)
    environment = ImmutableSandboxedEnvironment(
        autoescape=True, undefined=StrictUndefined, finalize=_printable
    )
    try:
        # Where tags overlap, the library would mend the XML and drop what does not fit.
        fromstring(document.build_xml(values, environment))
        document.render(values, environment)
    except _NOT_TO_BE_FILLED as error:
        raise TemplateFailure(
            f"the template {template} cannot be filled: {one_line(str(error)).rstrip('.')}. "
            "Its tags are explained in docs/announcement.md."
        ) from error
    properties = document.docx.core_properties
    properties.created = properties.modified = clock.now().replace(tzinfo=None)
    return document


def _opened(template: Path) -> Any:
    try:
        document = DocxTemplate(BytesIO(template.read_bytes()))
        document.init_docx()
    except OSError as error:
        raise TemplateFailure(
            f"the template {template} cannot be read: {error.strerror}."
        ) from error
    except _NOT_WORD as error:
        raise TemplateFailure(f"the template {template} is no Word document (.docx).") from error
    return document


def _printable(value: object) -> object:
    """Texts on one line: line breaks and tabs would mean something to the library."""
    return one_line(value) if isinstance(value, str) else value
