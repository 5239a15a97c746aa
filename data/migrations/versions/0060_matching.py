"""Pupils, companies, places, the register of placements, proposals and company links"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision: str = "0060_matching"
down_revision: str | None = "0050_network_choice"
branch_labels: Sequence[str] | None = None
depends_on: Sequence[str] | None = None


def upgrade() -> None:
    op.create_table(
        "crebo_group",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("crebos", sa.String(length=200), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crebo_group")),
    )
    op.create_table(
        "matching_revision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matching_revision")),
    )
    op.create_table(
        "retention_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_day_before", sa.Date(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("pupils", sa.Integer(), nullable=False),
        sa.Column("placements", sa.Integer(), nullable=False),
        sa.Column("left", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_retention_run")),
    )
    op.create_table(
        "company",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("leerbedrijf_id", sa.String(length=9), nullable=True),
        sa.Column("address", sa.String(length=200), nullable=True),
        sa.Column("postcode", sa.String(length=6), nullable=True),
        sa.Column("town", sa.String(length=100), nullable=True),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("x_m", sa.Double(), nullable=False),
        sa.Column("y_m", sa.Double(), nullable=False),
        sa.Column("point_precision", sa.String(length=40), nullable=False),
        sa.Column("contact_name", sa.String(length=100), nullable=True),
        sa.Column("contact_email", sa.String(length=200), nullable=True),
        sa.Column("contact_phone", sa.String(length=40), nullable=True),
        sa.Column("shares", sa.Boolean(), nullable=False),
        sa.Column("shares_on", sa.Date(), nullable=True),
        sa.Column("owner_brin", sa.String(length=4), nullable=True),
        sa.ForeignKeyConstraint(["owner_brin"], ["school.brin"], name=op.f("fk_company_owner_brin_school")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_company")),
    )
    with op.batch_alter_table("company", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_company_leerbedrijf_id"), ["leerbedrijf_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_company_name"), ["name"], unique=False)
        batch_op.create_index(batch_op.f("ix_company_postcode"), ["postcode"], unique=False)

    op.create_table(
        "matching_policy",
        sa.Column("brin", sa.String(length=4), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("weights", sa.JSON(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("saved_by", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["brin"], ["school.brin"], name=op.f("fk_matching_policy_brin_school")),
        sa.PrimaryKeyConstraint("brin", "since", name=op.f("pk_matching_policy")),
    )
    op.create_table(
        "matching_proposal",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("brin", sa.String(length=4), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=200), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("summary", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["brin"], ["school.brin"], name=op.f("fk_matching_proposal_brin_school")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_matching_proposal")),
    )
    with op.batch_alter_table("matching_proposal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_matching_proposal_brin"), ["brin"], unique=False)

    op.create_table(
        "company_link",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("company_id", sa.String(length=40), nullable=False),
        sa.Column("brin", sa.String(length=4), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.String(length=200), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["brin"], ["school.brin"], name=op.f("fk_company_link_brin_school")),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_company_link_company_id_company")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_company_link")),
    )
    with op.batch_alter_table("company_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_company_link_company_id"), ["company_id"], unique=False)

    op.create_table(
        "company_pair",
        sa.Column("one_id", sa.String(length=40), nullable=False),
        sa.Column("other_id", sa.String(length=40), nullable=False),
        sa.Column("decision", sa.String(length=20), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["one_id"], ["company.id"], name=op.f("fk_company_pair_one_id_company")),
        sa.ForeignKeyConstraint(["other_id"], ["company.id"], name=op.f("fk_company_pair_other_id_company")),
        sa.PrimaryKeyConstraint("one_id", "other_id", name=op.f("pk_company_pair")),
    )
    op.create_table(
        "company_recognition",
        sa.Column("company_id", sa.String(length=40), nullable=False),
        sa.Column("crebo", sa.String(length=5), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_company_recognition_company_id_company")),
        sa.PrimaryKeyConstraint("company_id", "crebo", "first_day", name=op.f("pk_company_recognition")),
    )
    op.create_table(
        "internship_place",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("company_id", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("sector", sa.String(length=30), nullable=False),
        sa.Column("address", sa.String(length=200), nullable=True),
        sa.Column("postcode", sa.String(length=6), nullable=True),
        sa.Column("town", sa.String(length=100), nullable=True),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("x_m", sa.Double(), nullable=False),
        sa.Column("y_m", sa.Double(), nullable=False),
        sa.Column("point_precision", sa.String(length=40), nullable=False),
        sa.Column("seats_ma", sa.Integer(), nullable=False),
        sa.Column("seats_di", sa.Integer(), nullable=False),
        sa.Column("seats_wo", sa.Integer(), nullable=False),
        sa.Column("seats_do", sa.Integer(), nullable=False),
        sa.Column("seats_vr", sa.Integer(), nullable=False),
        sa.Column("seats_za", sa.Integer(), nullable=False),
        sa.Column("seats_zo", sa.Integer(), nullable=False),
        sa.Column("min_days", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("supervision", sa.Boolean(), nullable=False),
        sa.Column("wheelchair", sa.Boolean(), nullable=False),
        sa.Column("sixteen", sa.Boolean(), nullable=False),
        sa.Column("certificate", sa.Boolean(), nullable=False),
        sa.Column("allowance", sa.Boolean(), nullable=False),
        sa.Column("found_by", sa.String(length=40), nullable=True),
        sa.Column("owner_brin", sa.String(length=4), nullable=False),
        sa.Column("shared", sa.Boolean(), nullable=False),
        sa.Column("withdrawn_on", sa.Date(), nullable=True),
        sa.Column("withdrawn_note", sa.String(length=500), nullable=True),
        sa.CheckConstraint("last_day >= first_day", name=op.f("ck_internship_place_period")),
        sa.CheckConstraint(
            "seats_ma >= 0 AND seats_di >= 0 AND seats_wo >= 0 AND seats_do >= 0 AND seats_vr >= 0 AND seats_za >= 0 AND seats_zo >= 0",
            name=op.f("ck_internship_place_seats"),
        ),
        sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=op.f("fk_internship_place_company_id_company")),
        sa.ForeignKeyConstraint(["owner_brin"], ["school.brin"], name=op.f("fk_internship_place_owner_brin_school")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_internship_place")),
    )
    with op.batch_alter_table("internship_place", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_internship_place_company_id"), ["company_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_internship_place_owner_brin"), ["owner_brin"], unique=False)
        batch_op.create_index("ix_internship_place_point", ["x_m", "y_m"], unique=False)
        batch_op.create_index(batch_op.f("ix_internship_place_sector"), ["sector"], unique=False)

    op.create_table(
        "matching_proposal_row",
        sa.Column("proposal_id", sa.String(length=32), nullable=False),
        sa.Column("pupil_id", sa.String(length=40), nullable=False),
        sa.Column("place_id", sa.String(length=40), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("metres", sa.Integer(), nullable=True),
        sa.Column("mode", sa.String(length=10), nullable=False),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("nearest_place_id", sa.String(length=40), nullable=True),
        sa.Column("nearest_minutes", sa.Integer(), nullable=True),
        sa.Column("locked", sa.Boolean(), nullable=False),
        sa.Column("decision", sa.String(length=20), nullable=True),
        sa.Column("placement_id", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["proposal_id"],
            ["matching_proposal.id"],
            name=op.f("fk_matching_proposal_row_proposal_id_matching_proposal"),
        ),
        sa.PrimaryKeyConstraint("proposal_id", "pupil_id", name=op.f("pk_matching_proposal_row")),
    )
    op.create_table(
        "pupil",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("brin", sa.String(length=4), nullable=False),
        sa.Column("number", sa.String(length=30), nullable=False),
        sa.Column("vestiging_code", sa.String(length=6), nullable=True),
        sa.Column("first_name", sa.String(length=60), nullable=True),
        sa.Column("postcode", sa.String(length=6), nullable=True),
        sa.Column("lat", sa.Double(), nullable=False),
        sa.Column("lon", sa.Double(), nullable=False),
        sa.Column("x_m", sa.Double(), nullable=False),
        sa.Column("y_m", sa.Double(), nullable=False),
        sa.Column("point_precision", sa.String(length=40), nullable=False),
        sa.Column("route", sa.String(length=1), nullable=True),
        sa.Column("crebo", sa.String(length=5), nullable=True),
        sa.Column("sectors", sa.String(length=200), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("school_days", sa.Integer(), nullable=False),
        sa.Column("mbo_days", sa.Integer(), nullable=False),
        sa.Column("mbo_postcode", sa.String(length=6), nullable=True),
        sa.Column("mbo_lat", sa.Double(), nullable=True),
        sa.Column("mbo_lon", sa.Double(), nullable=True),
        sa.Column("modes", sa.String(length=40), nullable=False),
        sa.Column("max_minutes", sa.Integer(), nullable=True),
        sa.Column("supervision", sa.Boolean(), nullable=False),
        sa.Column("wheelchair", sa.Boolean(), nullable=False),
        sa.Column("sixteen", sa.Boolean(), nullable=False),
        sa.Column("certificate", sa.Boolean(), nullable=False),
        sa.Column("not_leerplichtig_from", sa.Date(), nullable=True),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("previous_minutes", sa.Integer(), nullable=True),
        sa.Column("conflicts", sa.Text(), nullable=False),
        sa.Column("advice_pro_on", sa.Date(), nullable=True),
        sa.Column("advice_mbo_on", sa.Date(), nullable=True),
        sa.Column("exam_participant_since", sa.Date(), nullable=True),
        sa.Column("left_on", sa.Date(), nullable=True),
        sa.CheckConstraint("last_day >= first_day", name=op.f("ck_pupil_period")),
        sa.ForeignKeyConstraint(["brin"], ["school.brin"], name=op.f("fk_pupil_brin_school")),
        sa.ForeignKeyConstraint(["vestiging_code"], ["vestiging.code"], name=op.f("fk_pupil_vestiging_code_vestiging")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pupil")),
    )
    with op.batch_alter_table("pupil", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pupil_brin"), ["brin"], unique=False)

    op.create_table(
        "placement",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("pupil_id", sa.String(length=40), nullable=False),
        sa.Column("brin", sa.String(length=4), nullable=False),
        sa.Column("place_id", sa.String(length=40), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=True),
        sa.Column("metres", sa.Integer(), nullable=True),
        sa.Column("mode", sa.String(length=10), nullable=False),
        sa.Column("score", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("travel_costs", sa.Boolean(), nullable=False),
        sa.Column("request_key", sa.String(length=80), nullable=False),
        sa.Column("proposal_id", sa.String(length=32), nullable=True),
        sa.CheckConstraint("last_day >= first_day", name=op.f("ck_placement_period")),
        sa.ForeignKeyConstraint(["brin"], ["school.brin"], name=op.f("fk_placement_brin_school")),
        sa.ForeignKeyConstraint(
            ["place_id"], ["internship_place.id"], name=op.f("fk_placement_place_id_internship_place")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_placement")),
        sa.UniqueConstraint("request_key", name=op.f("uq_placement_request_key")),
    )
    with op.batch_alter_table("placement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_placement_brin"), ["brin"], unique=False)
        batch_op.create_index(batch_op.f("ix_placement_place_id"), ["place_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_placement_pupil_id"), ["pupil_id"], unique=False)
        batch_op.create_index("ix_placement_status_expires", ["status", "expires_on"], unique=False)

    op.create_table(
        "placement_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("placement_id", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=200), nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=True),
        sa.ForeignKeyConstraint(
            ["placement_id"], ["placement.id"], name=op.f("fk_placement_entry_placement_id_placement")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_placement_entry")),
    )
    with op.batch_alter_table("placement_entry", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_placement_entry_placement_id"), ["placement_id"], unique=False)

    op.create_table(
        "seat_claim",
        sa.Column("place_id", sa.String(length=40), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("seat", sa.Integer(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("placement_id", sa.String(length=32), nullable=False),
        sa.CheckConstraint("seat >= 1", name=op.f("ck_seat_claim_seat")),
        sa.ForeignKeyConstraint(
            ["place_id"], ["internship_place.id"], name=op.f("fk_seat_claim_place_id_internship_place")
        ),
        sa.ForeignKeyConstraint(["placement_id"], ["placement.id"], name=op.f("fk_seat_claim_placement_id_placement")),
        sa.PrimaryKeyConstraint("place_id", "day", "seat", name=op.f("pk_seat_claim")),
    )
    with op.batch_alter_table("seat_claim", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_seat_claim_placement_id"), ["placement_id"], unique=False)

    op.execute("INSERT INTO matching_revision (id, number) VALUES (1, 0)")


def downgrade() -> None:
    with op.batch_alter_table("seat_claim", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_seat_claim_placement_id"))

    op.drop_table("seat_claim")
    with op.batch_alter_table("placement_entry", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_placement_entry_placement_id"))

    op.drop_table("placement_entry")
    with op.batch_alter_table("placement", schema=None) as batch_op:
        batch_op.drop_index("ix_placement_status_expires")
        batch_op.drop_index(batch_op.f("ix_placement_pupil_id"))
        batch_op.drop_index(batch_op.f("ix_placement_place_id"))
        batch_op.drop_index(batch_op.f("ix_placement_brin"))

    op.drop_table("placement")
    with op.batch_alter_table("pupil", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pupil_brin"))

    op.drop_table("pupil")
    op.drop_table("matching_proposal_row")
    with op.batch_alter_table("internship_place", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_internship_place_sector"))
        batch_op.drop_index("ix_internship_place_point")
        batch_op.drop_index(batch_op.f("ix_internship_place_owner_brin"))
        batch_op.drop_index(batch_op.f("ix_internship_place_company_id"))

    op.drop_table("internship_place")
    op.drop_table("company_recognition")
    op.drop_table("company_pair")
    with op.batch_alter_table("company_link", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_company_link_company_id"))

    op.drop_table("company_link")
    with op.batch_alter_table("matching_proposal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_matching_proposal_brin"))

    op.drop_table("matching_proposal")
    op.drop_table("matching_policy")
    with op.batch_alter_table("company", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_company_postcode"))
        batch_op.drop_index(batch_op.f("ix_company_name"))
        batch_op.drop_index(batch_op.f("ix_company_leerbedrijf_id"))

    op.drop_table("company")
    op.drop_table("retention_run")
    op.drop_table("matching_revision")
    op.drop_table("crebo_group")
