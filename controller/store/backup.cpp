#include "controller/store/backup.hpp"

#include <filesystem>

#include "common/crypto/sha256.hpp"
#include "controller/store/connection.hpp"
#include "controller/store/installation.hpp"
#include "controller/store/schema.hpp"
#include "controller/store/unfinished_file.hpp"

namespace flowyard::controller::store {
namespace {

namespace fs = std::filesystem;

constexpr int kPagesAtOnce = 256;  // 1 MiB
constexpr std::size_t kIdBytes = 8;

// Copies a store into a self-contained new file, without a write-ahead log. Returns the errors of an
// integrity check.
std::string copy_whole(Connection& from, Connection& to, const std::function<void()>& between) {
  from.hold_still();
  to.copy_from(
      from, kPagesAtOnce, between ? between : [] {});
  to.execute("PRAGMA journal_mode=DELETE; PRAGMA synchronous=FULL;");
  return to.quick_check();
}

// The reason why the file is not a store of this program.
std::string why_no_store(const std::string& file) {
  if (!fs::is_regular_file(file)) return "there is no file " + file;
  try {
    Connection store(file, Connection::Access::Read);
    const auto version = store.first("PRAGMA user_version");
    if (store.first("SELECT id FROM installation").empty()) return file + " holds no store";
    if (std::stoull(version) > newest_version())
      return file + " was written by a newer Flowyard: use that program";
  } catch (const StoreFailure& failure) {
    if (!is_damage(failure)) throw;
    return file + " is no backup of a store: " + failure.what();
  }
  return "";
}

// Numbers that were given after the backup was taken may still stand on containers, volumes and workers'
// messages: begins far above them.
constexpr const char* kSkipNumbers = R"sql(
INSERT INTO sqlite_sequence (name, seq)
  SELECT name, 0 FROM sqlite_schema
  WHERE type = 'table' AND sql LIKE '%AUTOINCREMENT%' AND name NOT IN (SELECT name FROM sqlite_sequence);
UPDATE sqlite_sequence SET seq = seq + 1000000;
UPDATE installation SET names_given = names_given + 1000;
)sql";

// Workers without a handle have no container: the original's workers are not ours to end.
void become_another(Connection& store, const std::string& id) {
  store.execute("UPDATE workers SET handle = ''; UPDATE installation SET id = '" + id + "';");
}

// "flowyard.db.before-restore", or the first such name with a number that is free.
std::string free_name(const std::string& path) {
  const std::string base = path + ".before-restore";
  std::string name = base;
  for (int n = 2; fs::exists(name); ++n) name = base + "-" + std::to_string(n);
  return name;
}

// The store with its write-ahead log, which may hold its newest part; a log without its store goes too, or
// SQLite would take it for the new one's.
std::string move_aside(const std::string& path) {
  const auto name = free_name(path);
  for (const char* part : {"-wal", "-shm", ""}) {
    if (fs::exists(path + part)) fs::rename(path + part, name + part);
  }
  return fs::exists(name) ? name : "";
}

}  // namespace

Result<std::uint64_t> back_up(const std::string& data_folder, const std::string& file,
                              const std::function<void()>& between) {
  const auto path = store_file(data_folder);
  if (!fs::exists(path)) return failure(ErrorCode::NotFound, "there is no store " + path);
  if (fs::exists(file)) return failure(ErrorCode::Conflict, file + " is there already; name a new file");
  UnfinishedFile unfinished(file);
  std::string wrong;
  {
    Connection store(path, Connection::Access::Read);
    Connection copy(unfinished.copy(), Connection::Access::Create);
    wrong = copy_whole(store, copy, between);
  }
  if (!wrong.empty())
    return failure(ErrorCode::Internal, "the store is damaged, and no backup was made: " + wrong);
  unfinished.finish();
  return static_cast<std::uint64_t>(fs::file_size(file));
}

Result<Restored> restore(const std::string& file, const std::string& data_folder, Identity identity) {
  if (const auto why = why_no_store(file); !why.empty()) return invalid(why);
  const auto path = store_file(data_folder);
  Restored restored;
  UnfinishedFile unfinished(path);
  std::string wrong;
  {
    Connection backup(file, Connection::Access::Read);
    Connection copy(unfinished.copy(), Connection::Access::Create);
    wrong = copy_whole(backup, copy, {});
    if (wrong.empty()) {
      copy.execute(std::string("BEGIN;") + kSkipNumbers + "COMMIT;");
      if (identity == Identity::New) become_another(copy, crypto::random_hex(kIdBytes));
      restored.installation = copy.first("SELECT id FROM installation");
    }
  }
  if (!wrong.empty()) return invalid(file + " is damaged: " + wrong);
  restored.moved_to = move_aside(path);
  unfinished.finish();
  remember_installation(data_folder, restored.installation);
  return restored;
}

}  // namespace flowyard::controller::store
