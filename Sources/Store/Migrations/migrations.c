#include "migrations.h"

/* #embed is C23; clang offers it in every mode. */
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char foundation[] = {
#embed "0001-foundation.sql"
};
static const unsigned char views[] = {
#embed "0002-views.sql"
};
static const unsigned char creators[] = {
#embed "0003-creators.sql"
};
static const unsigned char operators[] = {
#embed "0004-operators.sql"
};
static const unsigned char engine[] = {
#embed "0005-engine.sql"
};
static const unsigned char outbox[] = {
#embed "0006-outbox.sql"
};
static const unsigned char roles[] = {
#embed "0007-roles.sql"
};
static const unsigned char comments[] = {
#embed "0008-comments.sql"
};
static const unsigned char reorganisation[] = {
#embed "0009-reorganisation.sql"
};
static const unsigned char finality[] = {
#embed "0010-finality.sql"
};
static const unsigned char speed[] = {
#embed "0011-speed.sql"
};
static const unsigned char wrong_network[] = {
#embed "0012-wrong-network.sql"
};
static const unsigned char definitions_table[] = {
#embed "0013-definitions.sql"
};
static const unsigned char bounded_dossiers[] = {
#embed "0014-bounded-dossiers.sql"
};
static const unsigned char one_chain[] = {
#embed "0015-one-chain.sql"
};
static const unsigned char floor_height[] = {
#embed "0016-floor.sql"
};
static const unsigned char lineage[] = {
#embed "0017-lineage.sql"
};
static const unsigned char private_locks[] = {
#embed "0018-private-locks.sql"
};

/* Files are only ever added: an applied one never changes. */
static const struct migration migrations[] = {
    {"0001-foundation", foundation, sizeof foundation},
    {"0002-views", views, sizeof views},
    {"0003-creators", creators, sizeof creators},
    {"0004-operators", operators, sizeof operators},
    {"0005-engine", engine, sizeof engine},
    {"0006-outbox", outbox, sizeof outbox},
    {"0007-roles", roles, sizeof roles},
    {"0008-comments", comments, sizeof comments},
    {"0009-reorganisation", reorganisation, sizeof reorganisation},
    {"0010-finality", finality, sizeof finality},
    {"0011-speed", speed, sizeof speed},
    {"0012-wrong-network", wrong_network, sizeof wrong_network},
    {"0013-definitions", definitions_table, sizeof definitions_table},
    {"0014-bounded-dossiers", bounded_dossiers, sizeof bounded_dossiers},
    {"0015-one-chain", one_chain, sizeof one_chain},
    {"0016-floor", floor_height, sizeof floor_height},
    {"0017-lineage", lineage, sizeof lineage},
    {"0018-private-locks", private_locks, sizeof private_locks},
};

/* What is defined as it is today, and defined anew whenever it changes: functions, then the views that call them. */
static const unsigned char definitions[] = {
#embed "../Functions/acknowledge.sql" suffix(, '\n',)
#embed "../Functions/acquire_lane.sql" suffix(, '\n',)
#embed "../Functions/add_option.sql" suffix(, '\n',)
#embed "../Functions/base_units.sql" suffix(, '\n',)
#embed "../Functions/begin_incarnation.sql" suffix(, '\n',)
#embed "../Functions/cancel_invoice.sql" suffix(, '\n',)
#embed "../Functions/commit_durably.sql" suffix(, '\n',)
#embed "../Functions/commit_step.sql" suffix(, '\n',)
#embed "../Functions/create_invoice.sql" suffix(, '\n',)
#embed "../Functions/create_static_wallet.sql" suffix(, '\n',)
#embed "../Functions/dossiers.sql" suffix(, '\n',)
#embed "../Functions/due_invoices.sql" suffix(, '\n',)
#embed "../Functions/extend_outbox.sql" suffix(, '\n',)
#embed "../Functions/fee.sql" suffix(, '\n',)
#embed "../Functions/final_through.sql" suffix(, '\n',)
#embed "../Functions/find_asset.sql" suffix(, '\n',)
#embed "../Functions/find_invoice.sql" suffix(, '\n',)
#embed "../Functions/find_project.sql" suffix(, '\n',)
#embed "../Functions/remove_consumer.sql" suffix(, '\n',)
#embed "../Functions/incarnation.sql" suffix(, '\n',)
#embed "../Functions/insert_option.sql" suffix(, '\n',)
#embed "../Functions/invisible.sql" suffix(, '\n',)
#embed "../Functions/is_name.sql" suffix(, '\n',)
#embed "../Functions/is_pending.sql" suffix(, '\n',)
#embed "../Functions/lineage.sql" suffix(, '\n',)
#embed "../Functions/mark_paid.sql" suffix(, '\n',)
#embed "../Functions/need_name.sql" suffix(, '\n',)
#embed "../Functions/new_outbox_incarnation.sql" suffix(, '\n',)
#embed "../Functions/observed_through.sql" suffix(, '\n',)
#embed "../Functions/publish_network.sql" suffix(, '\n',)
#embed "../Functions/queue_command.sql" suffix(, '\n',)
#embed "../Functions/refuse_change.sql" suffix(, '\n',)
#embed "../Functions/release_lane.sql" suffix(, '\n',)
#embed "../Functions/renew_lane.sql" suffix(, '\n',)
#embed "../Functions/resume_network.sql" suffix(, '\n',)
#embed "../Functions/retire_network.sql" suffix(, '\n',)
#embed "../Functions/server_identity.sql" suffix(, '\n',)
#embed "../Functions/set_project.sql" suffix(, '\n',)
#embed "../Functions/sibling_keys.sql" suffix(, '\n',)
#embed "../Functions/shown.sql" suffix(, '\n',)
#embed "../Functions/siblings.sql" suffix(, '\n',)
#embed "../Functions/standing.sql" suffix(, '\n',)
#embed "../Functions/threshold_height.sql" suffix(, '\n',)
#embed "../Functions/trim_outbox.sql" suffix(, '\n',)
#embed "../Functions/whole.sql" suffix(, '\n',)
#embed "../Functions/withdraw_future.sql" suffix(, '\n',)
#embed "../Views/asset.sql" suffix(, '\n',)
#embed "../Views/balance.sql" suffix(, '\n',)
#embed "../Views/deposit.sql" suffix(, '\n',)
#embed "../Views/invoice.sql" suffix(, '\n',)
#embed "../Views/invoice_option.sql" suffix(, '\n',)
#embed "../Views/lane.sql" suffix(, '\n',)
#embed "../Views/ledger_entry.sql" suffix(, '\n',)
#embed "../Views/network.sql" suffix(, '\n',)
#embed "../Views/operator_command.sql" suffix(, '\n',)
#embed "../Views/outbox_consumer.sql" suffix(, '\n',)
#embed "../Views/policy.sql" suffix(, '\n',)
#embed "../Views/project.sql" suffix(, '\n',)
#embed "../Views/static_wallet.sql" suffix(, '\n',)
};

struct sql_text todays_definitions(void) {
    struct sql_text text = {definitions, sizeof definitions};
    return text;
}

struct migration migration_at(size_t index) {
    struct migration none = {0};
    return index < sizeof migrations / sizeof migrations[0] ? migrations[index] : none;
}
