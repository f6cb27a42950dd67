#include "controller/store/compact.hpp"

#include <filesystem>

#include "controller/store/connection.hpp"
#include "controller/store/installation.hpp"
#include "controller/store/unfinished_file.hpp"

namespace flowyard::controller::store {

namespace fs = std::filesystem;

namespace {

std::string mebibytes(std::uint64_t bytes) {
  return std::to_string((bytes + (1 << 20) - 1) >> 20) + " MiB";
}

std::string quoted(const std::string& text) {
  std::string sql = "'";
  for (const char c : text) sql += c == '\'' ? "''" : std::string(1, c);
  return sql + "'";
}

}  // namespace

Result<Compacted> compact(const std::string& data_folder) {
  const auto path = store_file(data_folder);
  if (!fs::exists(path)) return failure(ErrorCode::NotFound, "there is no store " + path);
  Compacted compacted;
  UnfinishedFile unfinished(path);
  {
    Connection store(path, Connection::Access::Write);
    store.execute("PRAGMA wal_checkpoint(TRUNCATE)");
    compacted.before = fs::file_size(path);
    const auto page = std::stoull(store.first("PRAGMA page_size"));
    const auto unused = std::stoull(store.first("PRAGMA freelist_count")) * page;
    const auto needed = compacted.before - unused;
    const auto free = fs::space(fs::absolute(path).parent_path()).available;
    if (free < needed)
      return failure(ErrorCode::Limit, "compacting " + path + " needs " + mebibytes(needed) +
                                           " of free disk for a while, "
                                           "and there are " +
                                           mebibytes(free));
    if (const auto wrong = store.quick_check(); !wrong.empty())
      return failure(ErrorCode::Internal, "the store is damaged, and stays as it is: " + wrong);
    store.execute("PRAGMA auto_vacuum=INCREMENTAL; VACUUM INTO " + quoted(unfinished.copy()));
  }
  // Its log was emptied above, and nobody else writes.
  for (const char* part : {"-wal", "-shm"}) fs::remove(path + part);
  fs::permissions(unfinished.copy(), fs::perms::owner_read | fs::perms::owner_write);
  unfinished.finish();
  compacted.after = fs::file_size(path);
  return compacted;
}

}  // namespace flowyard::controller::store
