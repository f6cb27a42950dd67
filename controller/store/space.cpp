// The part of Store that gives the space of what was deleted back to the file system.
#include "controller/store/store.hpp"

namespace flowyard::controller::store {
namespace {

constexpr std::int64_t kPagesOfAStep = 500;  // of 4 KiB: each may have to be moved

std::int64_t number_of(Database& database, const char* pragma) {
  auto query = database.prepare(pragma);
  return query.step() ? query.integer(0) : 0;
}

}  // namespace

std::uint64_t Store::file_bytes() {
  return static_cast<std::uint64_t>(number_of(database_, "PRAGMA page_count")) *
         static_cast<std::uint64_t>(number_of(database_, "PRAGMA page_size"));
}

bool Store::give_back_space() {
  const auto free = number_of(database_, "PRAGMA freelist_count");
  const bool shrinks = number_of(database_, "PRAGMA auto_vacuum") != 0;
  if (free > 0 && shrinks) {
    // A constant number of pages: a statement for each number would stay in the cache.
    database_.execute("PRAGMA incremental_vacuum(" + std::to_string(kPagesOfAStep) + ")");
    if (free > kPagesOfAStep) return true;
  }
  // Until then the file has its old length: what it was cut to stands in the journal.
  database_.execute("PRAGMA wal_checkpoint(TRUNCATE)");
  return false;
}

}  // namespace flowyard::controller::store
