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

Statement::Statement(sqlite3* database, std::string_view sql) : database_(database) {
  check(database,
        sqlite3_prepare_v2(database, sql.data(), static_cast<int>(sql.size()), &statement_, nullptr), sql);
}

Statement::~Statement() {
  sqlite3_finalize(statement_);
}

Statement::Statement(Statement&& other) noexcept
    : database_(other.database_), statement_(std::exchange(other.statement_, nullptr)), next_(other.next_) {}

Statement& Statement::bind(std::int64_t value) {
  check(database_, sqlite3_bind_int64(statement_, next_++, value), "binding");
  return *this;
}
Statement& Statement::bind(double value) {
  check(database_, sqlite3_bind_double(statement_, next_++, value), "binding");
  return *this;
}
Statement& Statement::bind(std::string_view value) {
  // An empty view may have no data, which SQLite would take for NULL.
  const char* data = value.data() ? value.data() : "";
  check(database_,
        sqlite3_bind_text64(statement_, next_++, data, value.size(), SQLITE_TRANSIENT, SQLITE_UTF8),
        "binding");
  return *this;
}
Statement& Statement::bind(const Blob& value) {
  check(database_,
        sqlite3_bind_blob64(statement_, next_++, value.bytes.data(), value.bytes.size(), SQLITE_TRANSIENT),
        "binding");
  return *this;
}
Statement& Statement::bind(std::nullopt_t) {
  check(database_, sqlite3_bind_null(statement_, next_++), "binding");
  return *this;
}

bool Statement::step() {
  const int code = sqlite3_step(statement_);
  check(database_, code, sqlite3_sql(statement_));
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

Database::Database(const std::string& path) {
  const int code = sqlite3_open(path.c_str(), &handle_);
  if (code != SQLITE_OK) {
    StoreFailure failure("cannot open the store " + path + ": " + sqlite3_errmsg(handle_), code);
    sqlite3_close(handle_);
    throw failure;
  }
  sqlite3_extended_result_codes(handle_, 1);
  sqlite3_busy_timeout(handle_, 10'000);
  execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;");
}

Database::~Database() {
  sqlite3_close(handle_);
}

void Database::execute(const std::string& sql) {
  check(handle_, sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr), sql.substr(0, 80));
}

std::int64_t Database::last_id() const {
  return sqlite3_last_insert_rowid(handle_);
}

Transaction::Transaction(Database& database) : database_(database) {
  database_.execute("BEGIN IMMEDIATE");
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
  database_.execute("COMMIT");
  open_ = false;
}

}  // namespace flowyard::controller::store
