"""Jobs for several computers, handed out by Procrastinate on the store's own PostgreSQL.

It keeps its tables in a schema of its own, made when first needed, so that the store's migrations
know nothing of them; all that is there are jobs, which can be made anew at any time.

1. One job of a name runs at a time; the same job never waits twice.
2. A worker that has not been heard of for `STALLED_S` is given up: another takes its job over, and
   what the first one then says of the job is not heard.
3. A job that meets trouble of ours (the store, the disk) is tried again, after 1, 2, 4 … seconds.
4. A worker takes only jobs of a configuration that reads as its own does.
5. Told to stop, a worker finishes what it has in hand, or after `FINISH_S` gives it back.
"""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import hashlib
import importlib.util
import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from sqlalchemy import Engine, inspect
from sqlalchemy.engine import URL, make_url

import models
from sync import stopping, store
from sync.config import Config
from sync.failures import Failure, StoreError
from sync.fences import Outranked

if TYPE_CHECKING:
    from procrastinate import App
    from procrastinate.jobs import Job as Queued

Kind = Literal["check", "backfill"]
KINDS: tuple[Kind, ...] = ("check", "backfill")
"""A check goes first."""
SCHEMA = "procrastinate"
TASK = "read"
HEARTBEAT_S = 2.0
STALLED_S = 10.0
FINISH_S = 4.0
END_S = 9.0
"""A worker that has not ended by then ends all the same; its job is taken over by rule 2."""
LOOK_S = 0.5
NOT_NOW_S = 2
LONGEST_PAUSE_S = 60
IDLE_S = 300.0
"""So long nobody works at anything before whoever asked for it gives up."""
_LIVE = {"keepalives_idle": "5", "keepalives_interval": "5", "keepalives_count": "3"}
_GIVE_WAY = "-c idle_in_transaction_session_timeout=60s"
"""A worker that is cut off while it writes does not keep others from writing for long; putting a
refused listing aside takes some seconds.
"""

log = logging.getLogger(__name__)


class CannotSpread(Failure):
    """Work cannot be spread over workers here; the message says what to do."""

    exit_code = 2


class NotNow(Failure):
    """Something else goes first; the job is tried again soon."""

    exit_code = 3


class Job(NamedTuple):
    """One piece of work; of one name one is done at a time. `asked` says what to do, in JSON."""

    name: str
    asked: dict[str, Any]


Do = Callable[[Job, Callable[[], None]], None]
"""Does a job. Is given what raises when the worker is to stop, to be called now and then."""


def require_cluster(config: Config) -> None:
    """Raise CannotSpread where this installation or this store cannot share work."""
    if make_url(config.store_url).get_backend_name() != "postgresql":
        raise CannotSpread(
            "several workers need a store in PostgreSQL; this one is a file of SQLite "
            "(docs/cluster.md)."
        )
    if importlib.util.find_spec("procrastinate") is None:
        raise CannotSpread(
            "workers need Procrastinate, which is not installed; install it with: "
            "pip install 'dvcqg-sync[cluster]'"
        )


def watchful(url: str) -> str:
    """The address of a store for a worker: when it is cut off, it and the server notice."""
    address = make_url(url)
    options = f"{address.query.get('options', '')} {_GIVE_WAY}".strip()
    address = address.update_query_dict({**_LIVE, "options": options})
    return address.render_as_string(hide_password=False)


class Crew:
    """Whoever asks for work of one kind, and waits for it. One at a time: a lease sees to that."""

    def __init__(self, config: Config, engine: Engine, kind: Kind) -> None:
        from procrastinate import App, SyncPsycopgConnector

        self._kind, self._queue = kind, _queue(config, kind)
        self._app = App(connector=SyncPsycopgConnector(**_connecting(make_url(config.store_url))))
        _prepare(engine)

    def __enter__(self) -> Crew:
        with _as_failures():
            self._app.open()
            # What an earlier one asked for and did not wait for.
            self._withdraw(self._app.job_manager.list_jobs(status="todo"))
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(StoreError), _as_failures():
            self._withdraw(self._app.job_manager.list_jobs(status="todo"))
        self._app.close()

    def do(self, jobs: Sequence[Job], look: Callable[[int], bool]) -> list[Job]:
        """Have jobs done; returns those that were given up.

        `look` is told now and then how many are over; where it says False, none is begun any more,
        and those that were not begun count as given up. Raises StoreError, and what `look` raises.
        """
        with _as_failures():
            numbers = {self._defer(job): job for job in jobs}
            withdrawn: set[int] = set()
            over = idle = 0
            while left := self._left(numbers):
                ended = len(jobs) - len(left)
                is_wanted = look(ended)
                is_moving = ended > over or any(job.status == "doing" for job in left)
                over, idle = ended, 0 if is_moving else idle + 1
                if idle * LOOK_S > IDLE_S:
                    log.error("no worker has done anything for %d minutes", IDLE_S // 60)
                    is_wanted = False
                if not is_wanted:
                    withdrawn |= self._withdraw(left)
                time.sleep(LOOK_S)
            failed = {job.id for job in self._app.job_manager.list_jobs(queue=self._queue)}
        return [job for number, job in numbers.items() if number in failed | withdrawn]

    def _defer(self, job: Job) -> int:
        return self._app.configure_task(
            TASK,
            queue=self._queue,
            lock=job.name,
            queueing_lock=f"{self._queue} {job.name}",
            priority=-KINDS.index(self._kind),
        ).defer(name=job.name, asked=job.asked)

    def _left(self, numbers: Collection[int]) -> list[Queued]:
        """Which of them are not over; one that was done is no longer there."""
        jobs = self._app.job_manager.list_jobs(queue=self._queue)
        return [job for job in jobs if job.id in numbers and job.status in ("todo", "doing")]

    def _withdraw(self, jobs: Iterable[Queued]) -> set[int]:
        """Take back those of this kind that nobody has begun; returns their numbers."""
        cancel = partial(self._app.job_manager.cancel_job_by_id, delete_job=True)
        ours = [job for job in jobs if job.queue.startswith(f"{self._kind}-")]
        return {job.id for job in ours if job.status == "todo" and job.id and cancel(job.id)}


def work(config: Config, engine: Engine, do: Do, concurrency: int) -> None:
    """Do jobs until SIGTERM or SIGINT says stop, then within 10 s; `engine` is a watchful one.

    A database that cannot be reached is waited for. Raises StoreError where it cannot be set up.
    """
    from procrastinate.exceptions import ConnectorException
    from psycopg import OperationalError

    _prepare(engine)
    logging.getLogger("procrastinate").setLevel(logging.WARNING)
    for handler in logging.getLogger().handlers:
        handler.addFilter(_without_traceback)
    told, pause = threading.Event(), 1
    with contextlib.suppress(KeyboardInterrupt):
        while not told.is_set():
            began = time.monotonic()
            try:
                asyncio.run(_session(config, do, concurrency, told))
            except (ConnectorException, OperationalError) as error:
                log.warning("the database does not answer: %s", error.__cause__ or error)
            # The loop of the session took its own handling of signals along.
            stopping.listen()
            pause = 1 if time.monotonic() - began > LONGEST_PAUSE_S else min(2 * pause, 16)
            told.wait(0 if told.is_set() else pause)


async def _session(config: Config, do: Do, concurrency: int, told: threading.Event) -> None:
    """Work until told to stop, or until the database is lost."""
    app = _app(config, do)
    queues = [_queue(config, kind) for kind in KINDS]
    async with app.open_async():
        worker = asyncio.create_task(
            app.run_worker_async(
                queues=queues,
                concurrency=concurrency,
                fetch_job_polling_interval=1.0,
                shutdown_graceful_timeout=FINISH_S,
                delete_jobs="successful",
                install_signal_handlers=False,
                update_heartbeat_interval=HEARTBEAT_S,
                stalled_worker_timeout=STALLED_S,
            )
        )
        stop = partial(_stop, told, worker)
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stop)
        log.info("waiting for jobs: %s", ", ".join(queues))
        keeper = asyncio.create_task(_take_over(app, queues))
        try:
            with contextlib.suppress(asyncio.CancelledError):
                await worker
        finally:
            keeper.cancel()


def _stop(told: threading.Event, worker: asyncio.Task[None]) -> None:
    """Rule 5; told twice is told once."""
    if not told.is_set():
        told.set()
        end = threading.Timer(END_S, os._exit, (0,))
        end.daemon = True
        end.start()
        worker.cancel()


async def _take_over(app: App, queues: Sequence[str]) -> None:
    """Rule 2, for the jobs of all workers."""
    from procrastinate.exceptions import ConnectorException
    from procrastinate.jobs import Status

    jobs = app.job_manager
    while True:
        await asyncio.sleep(HEARTBEAT_S)
        # What fails now is done at the next look; a database that is lost ends the worker's task.
        with contextlib.suppress(ConnectorException):
            for job in await jobs.get_stalled_jobs(seconds_since_heartbeat=STALLED_S):
                if job.queue in queues:
                    log.warning("taking over: %s", job.task_kwargs.get("name"))
                    await jobs.retry_job(job)
            # Workers with other settings had their time. Were none left, its name would be taken.
            for job in await jobs.get_stalled_jobs(seconds_since_heartbeat=6 * STALLED_S):
                if job.queue not in queues:
                    await jobs.finish_job(job, Status.ABORTED, delete_job=False)


def pause_before_retry(trouble: BaseException, attempts: int) -> int | None:
    """Seconds until a job is tried again after so many tries; None where that is not for us to do:
    another has it, or our program is wrong.
    """
    match trouble:
        case Outranked():
            return None
        case NotNow():
            return NOT_NOW_S
        case Failure():
            return min(LONGEST_PAUSE_S, 1 << min(attempts, 10))
    return None


def _app(config: Config, do: Do) -> App:
    """The jobs as a worker sees them."""
    from procrastinate import App, JobContext, PsycopgConnector
    from procrastinate.exceptions import JobAborted, UniqueViolation
    from procrastinate.jobs import Status
    from procrastinate.manager import JobManager
    from procrastinate.retry import BaseRetryStrategy, RetryDecision

    class OwnJobs(JobManager):
        """Ends and gives back a job only while it is this worker's: see rule 2."""

        async def finish_job(self, job: Queued, status: Status, delete_job: bool) -> None:
            query = "procrastinate_finish_job_v1(id, %(status)s, %(delete)s)"
            await self._where_ours(query, job, status=status.value, delete=delete_job)

        async def retry_job(
            self, job: Queued, retry_at: dt.datetime | None = None, *_: Any, **__: Any
        ) -> None:
            query = "procrastinate_retry_job_v2(id, %(at)s, NULL, NULL, NULL)"
            try:
                await self._where_ours(query, job, at=retry_at or dt.datetime.now(dt.UTC))
            except UniqueViolation:
                # Whoever asked for it has come back and asked again.
                await self.finish_job(job, Status.ABORTED, delete_job=False)

        async def _where_ours(self, call: str, job: Queued, **bound: Any) -> None:
            ours = "id = %(id)s AND status = 'doing' AND attempts = %(attempts)s"
            ours += " AND worker_id IS NOT DISTINCT FROM %(worker)s"
            query: Any = f"SELECT {call} FROM procrastinate_jobs WHERE {ours} FOR UPDATE"
            mine = {"id": job.id, "attempts": job.attempts, "worker": job.worker_id}
            await self.connector.execute_query_async(query, **mine, **bound)

    class TryAgain(BaseRetryStrategy):
        def get_retry_decision(
            self, *, exception: BaseException, job: Queued
        ) -> RetryDecision | None:
            stopped = isinstance(exception, JobAborted)
            seconds = 0 if stopped else pause_before_retry(exception, job.attempts)
            return None if seconds is None else RetryDecision(retry_in={"seconds": seconds})

    app = App(connector=PsycopgConnector(**_connecting(make_url(config.store_url))))
    app.job_manager = OwnJobs(app.connector)

    @app.task(name=TASK, pass_context=True, retry=TryAgain())
    def read(context: JobContext, *, name: str, asked: dict[str, Any]) -> None:
        def keep_on() -> None:
            if context.should_abort():
                raise JobAborted

        log.info("begun: %s", name)
        try:
            do(Job(name, asked), keep_on)
        except Failure as failure:
            log.warning("not done: %s: %s", name, failure)
            raise

    return app


def _queue(config: Config, kind: Kind) -> str:
    """Rule 4: the name of a queue holds a digest of all that bears on a reading."""
    parts = (config.portal, config.index, config.dossiers, config.procedures)
    text = models.REVISION + "".join(part.model_dump_json() for part in parts)
    return f"{kind}-{hashlib.sha256(text.encode()).hexdigest()[:12]}"


def _connecting(address: URL) -> dict[str, Any]:
    """How Procrastinate connects to the store's database."""
    plain = address.set(drivername="postgresql")
    options = f"{address.query.get('options', '')} -c search_path={SCHEMA}".strip()
    return {
        "conninfo": plain.render_as_string(hide_password=False),
        "kwargs": {**_LIVE, "options": options, "application_name": "dvcqg-jobs"},
        "min_size": 1,
        "max_size": 4,
        "timeout": STALLED_S,
    }


def _prepare(engine: Engine) -> None:
    """Make the tables of the jobs where there are none. Raises StoreError."""
    from procrastinate.schema import SchemaManager

    with store.writing(engine) as connection:
        if inspect(connection).has_table("procrastinate_jobs", schema=SCHEMA):
            return
        driver: Any = connection.connection.driver_connection
        driver.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}; SET LOCAL search_path TO {SCHEMA}")
        driver.execute(SchemaManager.get_schema())


@contextlib.contextmanager
def _as_failures() -> Iterator[None]:
    """Turn a lost connection into StoreError."""
    from procrastinate.exceptions import ConnectorException
    from psycopg import OperationalError

    try:
        yield
    except (ConnectorException, OperationalError) as error:
        raise StoreError(f"the jobs cannot be reached: {error.__cause__ or error}.") from error


def _without_traceback(record: logging.LogRecord) -> bool:
    """Tell trouble that can happen in one line; what is our mistake keeps its traceback."""
    from procrastinate.exceptions import ConnectorException, JobAborted

    error = record.exc_info[1] if record.exc_info else None
    if isinstance(error, (Failure, ConnectorException, JobAborted)):
        record.msg = f"{record.getMessage()} ({error.__cause__ or error})"
        record.args, record.exc_info = (), None
    return True
