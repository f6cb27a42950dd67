#include "controller/store/sqlite.hpp"

#include <utility>

#include <sqlite3.h>

namespace flowyard::controller::store {
namespace {

void check(sqlite3* database, int code, std::string_view doing) {
  if (code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE) return;
  throw StoreFailure(
      "store: " + std::string(sqlite3_errmsg(database)) + " (while " + std::string(doing) + ")", code & 0xFF);
}

}  // namespace

bool StoreFailure::disk_full() const {
  return code == SQLITE_FULL || code == SQLITE_IOERR;
}

Statement::Statement(Database& database, std::string_view sql)
    : database_(&database), home_(&database.idle(sql)) {
  if (!home_->empty()) {
    statement_ = home_->back();
    home_->pop_back();
    return;
  }
  check(database.handle_,
        sqlite3_prepare_v3(database.handle_, sql.data(), static_cast<int>(sql.size()),
                           SQLITE_PREPARE_PERSISTENT, &statement_, nullptr),
        sql);
}

Statement::~Statement() {
  if (!statement_) return;
  sqlite3_reset(statement_);  // repeats the error, which has been thrown
  sqlite3_clear_bindings(statement_);
  home_->push_back(statement_);
}

Statement::Statement(Statement&& other) noexcept
    : database_(other.database_),
      home_(other.home_),
      statement_(std::exchange(other.statement_, nullptr)),
      next_(other.next_) {}

Statement& Statement::bind(std::int64_t value) {
  check(database_->handle_, sqlite3_bind_int64(statement_, next_++, value), "binding");
  return *this;
}
Statement& Statement::bind(double value) {
  check(database_->handle_, sqlite3_bind_double(statement_, next_++, value), "binding");
  return *this;
}
Statement& Statement::bind(std::string_view value) {
  // An empty view may have no data, which SQLite would take for NULL.
  const char* data = value.data() ? value.data() : "";
  check(database_->handle_,
        sqlite3_bind_text64(statement_, next_++, data, value.size(), SQLITE_TRANSIENT, SQLITE_UTF8),
        "binding");
  return *this;
}
Statement& Statement::bind(const Blob& value) {
  check(database_->handle_,
        sqlite3_bind_blob64(statement_, next_++, value.bytes.data(), value.bytes.size(), SQLITE_TRANSIENT),
        "binding");
  return *this;
}
Statement& Statement::bind(std::nullopt_t) {
  check(database_->handle_, sqlite3_bind_null(statement_, next_++), "binding");
  return *this;
}

bool Statement::step() {
  const int code = sqlite3_step(statement_);
  check(database_->handle_, code, sqlite3_sql(statement_));
  return code == SQLITE_ROW;
}

void Statement::run() {
  while (step()) {
  }
}

std::int64_t Statement::integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}
double Statement::real(int column) const {
  return sqlite3_column_double(statement_, column);
}
bool Statement::is_null(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

std::string Statement::text(int column) const {
  const void* bytes = sqlite3_column_blob(statement_, column);
  const int size = sqlite3_column_bytes(statement_, column);
  return bytes ? std::string(static_cast<const char*>(bytes), static_cast<std::size_t>(size)) : std::string();
}

Database::Database(const std::string& path, const std::string& vfs) {
  const int code = sqlite3_open_v2(path.c_str(), &handle_, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
                                   vfs.empty() ? nullptr : vfs.c_str());
  if (code != SQLITE_OK) {
    StoreFailure failure("cannot open the store " + path + ": " + sqlite3_errmsg(handle_), code);
    sqlite3_close(handle_);
    throw failure;
  }
  sqlite3_extended_result_codes(handle_, 1);
  sqlite3_busy_timeout(handle_, 10'000);
  // The first only takes effect in a file that is still empty, and not once it has its journal.
  execute(
      "PRAGMA auto_vacuum=INCREMENTAL; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA "
      "foreign_keys=ON;");
}

Database::~Database() {
  for (const auto& [sql, statements] : idle_) {
    for (auto* statement : statements) sqlite3_finalize(statement);
  }
  sqlite3_close(handle_);
}

Database::Idle& Database::idle(std::string_view sql) {
  const auto known = idle_.find(sql);
  return known != idle_.end() ? known->second : idle_[std::string(sql)];
}

void Database::execute(const std::string& sql) {
  check(handle_, sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr), sql.substr(0, 80));
}

std::int64_t Database::changes() const {
  return sqlite3_changes64(handle_);
}

std::int64_t Database::last_id() const {
  return sqlite3_last_insert_rowid(handle_);
}

Transaction::Transaction(Database& database) : database_(database) {
  database_.prepare("BEGIN IMMEDIATE").run();
}

Transaction::~Transaction() {
  if (!open_) return;
  try {
    database_.execute("ROLLBACK");
  } catch (const StoreFailure&) {
    // SQLite has rolled back by itself (a full disk); the first failure is on its way up already.
  }
}

void Transaction::commit() {
  database_.prepare("COMMIT").run();
  open_ = false;
}

}  // namespace flowyard::controller::store
