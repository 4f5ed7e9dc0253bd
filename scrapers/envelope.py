"""The envelope around every JSON answer of the portal: {"code":"OK","data":…,"message":"OK"}.

The portal says 201 where all is well; 200 is taken too. Anything else in `code` is a failure,
whatever the status says.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from scrapers.archive import Answer
from scrapers.errors import FormatChanged, Unusable

Shape = TypeVar("Shape")


def read_envelope(answer: Answer, shape: type[Shape]) -> Shape:
    """The `data` of an answer `{"code":"OK","data":…}` of status 200 or 201, in its shape.

    Raises FormatChanged for a missing or retyped field, Unusable for anything else that is wrong.
    """
    return in_shape(open_envelope(answer), shape, _where(answer))


def open_envelope(answer: Answer) -> Any:
    """The `data` of such an answer as it came; raises as `read_envelope` does."""
    where = _where(answer)
    envelope = whole_json(answer, where)
    if not isinstance(envelope, dict) or "code" not in envelope:
        raise FormatChanged(where, "code", "is missing")
    if envelope["code"] != "OK":
        raise Unusable(f"{where}: the portal answered with code {envelope['code']!r}.")
    return envelope.get("data")


def whole_json(answer: Answer, where: str) -> Any:
    """The JSON of an answer of status 200 or 201, in an envelope or bare. Raises Unusable."""
    try:
        value = json.loads(answer.body, parse_constant=_no_constant)
        # Half of a character, where a text was cut, can be read but never stored.
        json.dumps(value, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise Unusable(f"{where}: the answer is no whole JSON ({error}).") from error
    if answer.status not in (200, 201):
        raise Unusable(f"{where}: the portal answered with status {answer.status}.")
    return value


def in_shape(data: Any, shape: type[Shape], where: str, root: str = "data") -> Shape:
    """What an answer held, in its shape; raises FormatChanged with the path of the field."""
    try:
        value: Shape = _adapter(shape).validate_python(data)  # type: ignore[arg-type]  # hashable
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        path = ".".join(str(part) for part in (root, *first["loc"]))
        problem = "is missing" if first["type"] == "missing" else f"is wrong ({first['msg']})"
        raise FormatChanged(where, path, problem) from error
    return value


@cache
def _adapter(shape: Any) -> TypeAdapter[Any]:
    return TypeAdapter(shape)


def _where(answer: Answer) -> str:
    return answer.path.rsplit("/", 1)[-1]


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no number")
