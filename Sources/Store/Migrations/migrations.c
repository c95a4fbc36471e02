#include "migrations.h"

/* #embed is C23; clang offers it in every mode. */
#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char ground[] = {
#embed "ground.sql"
};

static const unsigned char baseline[] = {
#embed "0001-baseline.sql"
};
static const unsigned char releases[] = {
#embed "0002-releases.sql"
};

/* Tables and data. Files are only ever added: an applied one never changes. The release before works with what they leave
   (deploy/previous proves it): a new column has a default, and what that release reads or calls goes in the one after. */
static const struct migration migrations[] = {
    {"0001-baseline", baseline, sizeof baseline},
    {"0002-releases", releases, sizeof releases},
};

/* Functions and views are defined as they are today, and again whenever one of them changes; one that the release before
   calls keeps its file and its arguments until the release after. First what tables call. */
static const unsigned char functions_for_tables[] = {
#embed "../Functions/is_name.sql" suffix(, '\n',)
#embed "../Functions/refuse_change.sql" suffix(, '\n',)
#embed "../Functions/server_identity.sql" suffix(, '\n',)
#embed "../Functions/extend_outbox.sql" suffix(, '\n',)
};

/* Then the other functions, then the views, which call them. */
static const unsigned char functions_and_views[] = {
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
#embed "../Functions/due.sql" suffix(, '\n',)
#embed "../Functions/fee.sql" suffix(, '\n',)
#embed "../Functions/final_through.sql" suffix(, '\n',)
#embed "../Functions/find_asset.sql" suffix(, '\n',)
#embed "../Functions/find_invoice.sql" suffix(, '\n',)
#embed "../Functions/find_project.sql" suffix(, '\n',)
#embed "../Functions/incarnation.sql" suffix(, '\n',)
#embed "../Functions/insert_option.sql" suffix(, '\n',)
#embed "../Functions/invisible.sql" suffix(, '\n',)
#embed "../Functions/lineage.sql" suffix(, '\n',)
#embed "../Functions/mark_paid.sql" suffix(, '\n',)
#embed "../Functions/need_name.sql" suffix(, '\n',)
#embed "../Functions/new_outbox_incarnation.sql" suffix(, '\n',)
#embed "../Functions/next_incarnation.sql" suffix(, '\n',)
#embed "../Functions/observed_through.sql" suffix(, '\n',)
#embed "../Functions/publish_network.sql" suffix(, '\n',)
#embed "../Functions/queue_command.sql" suffix(, '\n',)
#embed "../Functions/release_lane.sql" suffix(, '\n',)
#embed "../Functions/remove_consumer.sql" suffix(, '\n',)
#embed "../Functions/renew_lane.sql" suffix(, '\n',)
#embed "../Functions/resume_network.sql" suffix(, '\n',)
#embed "../Functions/retire_network.sql" suffix(, '\n',)
#embed "../Functions/set_project.sql" suffix(, '\n',)
#embed "../Functions/shown.sql" suffix(, '\n',)
#embed "../Functions/sibling_keys.sql" suffix(, '\n',)
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
#embed "../Comments/confirmd.sql" suffix(, '\n',)
#embed "../Comments/lane.sql" suffix(, '\n',)
#embed "../Comments/network.sql" suffix(, '\n',)
#embed "../Comments/outbox.sql" suffix(, '\n',)
#embed "../Comments/outbox_consumer.sql" suffix(, '\n',)
#embed "../Comments/outbox_incarnation.sql" suffix(, '\n',)
#embed "../Comments/owner.sql" suffix(, '\n',)
};

#define TEXT(array) ((struct sql_text){array, sizeof array})

struct sql_text ground_of_migrations(void) { return TEXT(ground); }
struct sql_text definitions_for_tables(void) { return TEXT(functions_for_tables); }
struct sql_text other_definitions(void) { return TEXT(functions_and_views); }

struct migration migration_at(size_t index) {
    struct migration none = {0};
    return index < sizeof migrations / sizeof migrations[0] ? migrations[index] : none;
}
