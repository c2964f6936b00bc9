"""What a Describer has its pictures described by: a model in this process, or in processes of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from localalt.drafting.options import DescribeOptions
    from localalt.drafting.picture_job import MakeJob, PictureJob
    from localalt.planning.plan import Plan
    from localalt.types import ModelIdentity, Notice

__all__ = ["Service"]


class Service(Protocol):
    """A loaded model, and the way of a picture through it. Safe to use from any thread."""

    @property
    def identity(self) -> ModelIdentity:
        """Which files run."""

    @property
    def load_s(self) -> float:
        """Seconds that loading took, a download left out."""

    @property
    def plan(self) -> Plan:
        """The settings that it runs with."""

    @property
    def plans(self) -> tuple[Plan, ...]:
        """Those of all processes that share its pictures, `plan` first."""

    @property
    def notices(self) -> tuple[Notice, ...]:
        """Warnings that every result carries."""

    @property
    def n_ahead(self) -> int:
        """Pictures that may be under way at the same time with nobody idle: more only wait."""

    def check(self) -> None:
        """Whether it can be used here.

        Raises:
            EngineError: it belongs to the process from which this one was forked.
        """

    def jobs(self, options: DescribeOptions) -> MakeJob:
        """What makes the jobs of a call.

        Raises:
            OptionError: an option is unknown, of the wrong type or out of range, or two contradict each other.
        """

    def start(self, job: PictureJob) -> None:
        """Run a job in another thread."""

    def is_over(self, error: BaseException) -> bool:
        """Whether it is of no more use, as this error of a picture's says: the other pictures have the same."""

    def close(self) -> None:
        """Free the model. Jobs under way end with ClosedError. Safe to call again."""
