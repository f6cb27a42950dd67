// The store's schema, as a list of migrations: entry n brings a store of version n to version n + 1. Entries
// are never changed once released, only added.
#pragma once

#include <cstddef>

#include "controller/store/sqlite.hpp"

namespace flowyard::controller::store {

// The version of a store that migrate() has brought up to date.
std::size_t newest_version();

// Brings the database to the newest version; throws StoreFailure for one that is newer than this program.
void migrate(Database& database);

}  // namespace flowyard::controller::store
