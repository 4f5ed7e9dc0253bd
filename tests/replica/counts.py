"""What lies under the scores of one unit in one period: plain counts."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Counts:
    """Counts of dossiers, procedures and petitions; all zero for a unit without activity."""

    # Procedures the province had to publish, update and describe; repeated for every sub-unit.
    published_on_time: int = 0
    published: int = 0
    updated_on_time: int = 0
    updated: int = 0
    content_full: int = 0
    content: int = 0
    # Dossiers sent on to the national portal.
    synced: int = 0
    sync_base: int = 0
    # Dossiers received and settled; `received` is also the denominator of digitising.
    received: int = 0
    on_time: int = 0
    completed: int = 0
    average_days: int = 0  # hundredths of a day
    # Online provision.
    authority: int = 0
    partial: int = 0
    full: int = 0
    services_used: int = 0
    services: int = 0
    channel_online: int = 0
    channel_direct: int = 0
    channel_postal: int = 0
    # Online payment.
    paid_online: int = 0
    owing: int = 0
    fee_paid_online: int = 0
    fee_distinct: int = 0
    fee_provided: int = 0
    fee_formalities: int = 0
    # Digitising.
    original_result: int = 0
    digitised: int = 0
    reused: int = 0
    stored: int = 0
    citizen_dossiers: int = 0
    citizen_formalities: int = 0
    formalities: int = 0
    # Satisfaction.
    satisfied: int = 0
    petitions: int = 0
    petitions_on_time: int = 0
    petitions_satisfied: int = 0
    petitions_rules: int = 0
    petitions_staff: int = 0

    @property
    def provided(self) -> int:
        """Procedures offered online, in part or in full."""
        return self.partial + self.full

    @property
    def channel_total(self) -> int:
        """Dossiers over all three channels."""
        return self.channel_online + self.channel_direct + self.channel_postal

    @property
    def has_activity(self) -> bool:
        """Whether any dossier stands behind the scores."""
        return bool(self.received or self.sync_base or self.channel_total or self.owing)
