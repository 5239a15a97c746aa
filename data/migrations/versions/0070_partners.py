"""Mbo partners, the append-only log of the chain, agreements, scenarios and the landkaart."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0070_partners"
down_revision: str | None = "0060_matching"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "coverage_scenario",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("region_kind", sa.String(length=30), nullable=False),
        sa.Column("region_key", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("question", sa.JSON(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("made_by", sa.String(length=200), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_coverage_scenario")),
        sa.UniqueConstraint(
            "region_kind", "region_key", "name", name=op.f("uq_coverage_scenario_region_kind_region_key_name")
        ),
    )
    with op.batch_alter_table("coverage_scenario", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_coverage_scenario_region_key"), ["region_key"], unique=False)

    op.create_table(
        "landkaart_record",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("region_kind", sa.String(length=30), nullable=False),
        sa.Column("region_key", sa.String(length=60), nullable=False),
        sa.Column("sectors", sa.JSON(), nullable=False),
        sa.Column("routes", sa.JSON(), nullable=False),
        sa.Column("schools", sa.String(length=200), nullable=False),
        sa.Column("partner", sa.String(length=200), nullable=False),
        sa.Column("description", sa.String(length=1200), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("lat", sa.Double(), nullable=True),
        sa.Column("lon", sa.Double(), nullable=True),
        sa.Column("moderation", sa.String(length=20), nullable=False),
        sa.Column("reported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("moderated_by", sa.String(length=200), nullable=True),
        sa.Column("moderated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("moderation_note", sa.String(length=400), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_landkaart_record")),
    )
    with op.batch_alter_table("landkaart_record", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_landkaart_record_moderation"), ["moderation"], unique=False)
        batch_op.create_index(batch_op.f("ix_landkaart_record_region_key"), ["region_key"], unique=False)

    op.create_table(
        "mbo_institution",
        sa.Column("partner_id", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("bekostigd", sa.Boolean(), nullable=False),
        sa.Column("recognised_from", sa.Date(), nullable=True),
        sa.Column("recognised_until", sa.Date(), nullable=True),
        sa.Column("willingness", sa.String(length=10), nullable=False),
        sa.Column("contact", sa.String(length=200), nullable=False),
        sa.Column("contact_email", sa.String(length=254), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "willingness IN ('ja', 'nee', 'onbekend')", name=op.f("ck_mbo_institution_willingness_known")
        ),
        sa.CheckConstraint(
            "bekostigd OR recognised_from IS NOT NULL", name=op.f("ck_mbo_institution_niet_bekostigd_has_recognition")
        ),
        sa.PrimaryKeyConstraint("partner_id", name=op.f("pk_mbo_institution")),
    )
    op.create_table(
        "partner_policy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("definition_id", sa.String(length=60), nullable=False),
        sa.Column("norm_minutes", sa.Integer(), nullable=False),
        sa.Column("step4_enabled", sa.Boolean(), nullable=False),
        sa.Column("no_response_attempts", sa.Integer(), nullable=False),
        sa.Column("set_by", sa.String(length=200), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner_policy")),
    )
    op.create_table(
        "agreement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("partner_id", sa.String(length=12), nullable=False),
        sa.Column("elements_version", sa.String(length=40), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("signed_by_mbo_on", sa.Date(), nullable=True),
        sa.Column("made_by", sa.String(length=200), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_agreement_period_in_order")),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["mbo_institution.partner_id"], name=op.f("fk_agreement_partner_id_mbo_institution")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement")),
    )
    with op.batch_alter_table("agreement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_agreement_partner_id"), ["partner_id"], unique=False)

    op.create_table(
        "landkaart_rung",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("record_id", sa.Integer(), nullable=False),
        sa.Column("rung", sa.String(length=20), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["record_id"], ["landkaart_record.id"], name=op.f("fk_landkaart_rung_record_id_landkaart_record")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_landkaart_rung")),
    )
    with op.batch_alter_table("landkaart_rung", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_landkaart_rung_record_id"), ["record_id"], unique=False)

    op.create_table(
        "mbo_location",
        sa.Column("location_id", sa.String(length=24), nullable=False),
        sa.Column("partner_id", sa.String(length=12), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("street", sa.String(length=200), nullable=True),
        sa.Column("postcode", sa.String(length=6), nullable=True),
        sa.Column("place", sa.String(length=100), nullable=True),
        sa.Column("gemeente_code", sa.String(length=4), nullable=False),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("x_m", sa.Double(), nullable=False),
        sa.Column("y_m", sa.Double(), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=True),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.CheckConstraint("capacity IS NULL OR capacity >= 0", name=op.f("ck_mbo_location_capacity_not_negative")),
        sa.CheckConstraint("taken >= 0", name=op.f("ck_mbo_location_taken_not_negative")),
        sa.ForeignKeyConstraint(
            ["gemeente_code"], ["gemeente.code"], name=op.f("fk_mbo_location_gemeente_code_gemeente")
        ),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["mbo_institution.partner_id"], name=op.f("fk_mbo_location_partner_id_mbo_institution")
        ),
        sa.PrimaryKeyConstraint("location_id", name=op.f("pk_mbo_location")),
    )
    with op.batch_alter_table("mbo_location", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mbo_location_gemeente_code"), ["gemeente_code"], unique=False)
        batch_op.create_index(batch_op.f("ix_mbo_location_partner_id"), ["partner_id"], unique=False)

    op.create_table(
        "agreement_crebo",
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("crebo", sa.String(length=5), nullable=False),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreement.id"], name=op.f("fk_agreement_crebo_agreement_id_agreement")
        ),
        sa.PrimaryKeyConstraint("agreement_id", "crebo", name=op.f("pk_agreement_crebo")),
    )
    op.create_table(
        "agreement_element",
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("text", sa.String(length=4000), nullable=False),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreement.id"], name=op.f("fk_agreement_element_agreement_id_agreement")
        ),
        sa.PrimaryKeyConstraint("agreement_id", "code", name=op.f("pk_agreement_element")),
    )
    op.create_table(
        "agreement_school",
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("brin", sa.String(length=4), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["agreement_id"], ["agreement.id"], name=op.f("fk_agreement_school_agreement_id_agreement")
        ),
        sa.ForeignKeyConstraint(["brin"], ["school.brin"], name=op.f("fk_agreement_school_brin_school")),
        sa.PrimaryKeyConstraint("agreement_id", "brin", name=op.f("pk_agreement_school")),
    )
    with op.batch_alter_table("agreement_school", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_agreement_school_brin"), ["brin"], unique=False)

    op.create_table(
        "mbo_offer",
        sa.Column("location_id", sa.String(length=24), nullable=False),
        sa.Column("crebo", sa.String(length=5), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name=op.f("ck_mbo_offer_period_in_order")),
        sa.ForeignKeyConstraint(
            ["location_id"], ["mbo_location.location_id"], name=op.f("fk_mbo_offer_location_id_mbo_location")
        ),
        sa.PrimaryKeyConstraint("location_id", "crebo", "starts_on", name=op.f("pk_mbo_offer")),
    )
    op.create_table(
        "chain_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("vestiging_code", sa.String(length=6), nullable=False),
        sa.Column("crebo", sa.String(length=5), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("partner_id", sa.String(length=12), nullable=True),
        sa.Column("partner_name", sa.String(length=200), nullable=False),
        sa.Column("step", sa.Integer(), nullable=True),
        sa.Column("contacted_on", sa.Date(), nullable=False),
        sa.Column("outcome_on", sa.Date(), nullable=False),
        sa.Column("by", sa.String(length=200), nullable=False),
        sa.Column("note", sa.String(length=2000), nullable=False),
        sa.Column("reason_code", sa.String(length=40), nullable=False),
        sa.Column("document", sa.String(length=300), nullable=False),
        sa.Column("region_label", sa.String(length=120), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["vestiging_code"], ["vestiging.code"], name=op.f("fk_chain_event_vestiging_code_vestiging")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chain_event")),
    )
    with op.batch_alter_table("chain_event", schema=None) as batch_op:
        batch_op.create_index("ix_chain_event_chain", ["vestiging_code", "crebo"], unique=False)

    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION refuse_chain_event_change() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'chain_event is append-only'; END $$"
        )
        op.execute(
            "CREATE TRIGGER chain_event_append_only BEFORE UPDATE OR DELETE ON chain_event "
            "FOR EACH ROW EXECUTE FUNCTION refuse_chain_event_change()"
        )
        return
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER chain_event_no_{verb.lower()} BEFORE {verb} ON chain_event "
            "BEGIN SELECT RAISE(ABORT, 'chain_event is append-only'); END"
        )


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP TRIGGER chain_event_append_only ON chain_event")
        op.execute("DROP FUNCTION refuse_chain_event_change()")
    with op.batch_alter_table("chain_event", schema=None) as batch_op:
        batch_op.drop_index("ix_chain_event_chain")

    op.drop_table("chain_event")
    op.drop_table("mbo_offer")
    with op.batch_alter_table("agreement_school", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_agreement_school_brin"))

    op.drop_table("agreement_school")
    op.drop_table("agreement_element")
    op.drop_table("agreement_crebo")
    with op.batch_alter_table("mbo_location", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mbo_location_partner_id"))
        batch_op.drop_index(batch_op.f("ix_mbo_location_gemeente_code"))

    op.drop_table("mbo_location")
    with op.batch_alter_table("landkaart_rung", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_landkaart_rung_record_id"))

    op.drop_table("landkaart_rung")
    with op.batch_alter_table("agreement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_agreement_partner_id"))

    op.drop_table("agreement")
    op.drop_table("partner_policy")
    op.drop_table("mbo_institution")
    with op.batch_alter_table("landkaart_record", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_landkaart_record_region_key"))
        batch_op.drop_index(batch_op.f("ix_landkaart_record_moderation"))

    op.drop_table("landkaart_record")
    with op.batch_alter_table("coverage_scenario", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_coverage_scenario_region_key"))

    op.drop_table("coverage_scenario")
