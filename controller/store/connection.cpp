#include "controller/store/connection.hpp"

#include <fcntl.h>
#include <memory>
#include <system_error>
#include <unistd.h>

#include <sqlite3.h>

namespace flowyard::controller::store {
namespace {

// Instructions of SQLite's machine between two questions whether to stop: some milliseconds.
constexpr int kInstructionsBetween = 10'000;

StoreFailure failed(sqlite3* database, int code, const std::string& doing) {
  return {"store: " + std::string(sqlite3_errmsg(database)) + " (while " + doing + ")", code & 0xFF};
}

void make_private_file(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor < 0) throw std::system_error(errno, std::generic_category(), "cannot make " + path);
  ::close(descriptor);
}

int asks_to_stop(void* stop) {
  return (*static_cast<const std::function<bool()>*>(stop))() ? 1 : 0;
}

}  // namespace

bool is_damage(const StoreFailure& failure) {
  return failure.code == SQLITE_CORRUPT || failure.code == SQLITE_NOTADB || failure.code == SQLITE_ERROR;
}

Connection::Connection(const std::string& path, Access access) {
  if (access == Access::Create) make_private_file(path);
  const int flags = access == Access::Read ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
  const int code = sqlite3_open_v2(path.c_str(), &handle_, flags | SQLITE_OPEN_EXRESCODE, nullptr);
  if (code != SQLITE_OK) {
    const auto failure = failed(handle_, code, "opening " + path);
    sqlite3_close(handle_);
    throw failure;
  }
  sqlite3_busy_timeout(handle_, 10'000);
}

Connection::~Connection() {
  sqlite3_close(handle_);
}

void Connection::execute(const std::string& sql) {
  const int code = sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) throw failed(handle_, code, sql);
}

std::vector<std::string> Connection::column(const std::string& sql) {
  sqlite3_stmt* prepared = nullptr;
  int code = sqlite3_prepare_v2(handle_, sql.c_str(), -1, &prepared, nullptr);
  if (code != SQLITE_OK) throw failed(handle_, code, sql);
  const std::unique_ptr<sqlite3_stmt, decltype(&sqlite3_finalize)> statement(prepared, sqlite3_finalize);
  std::vector<std::string> texts;
  while ((code = sqlite3_step(prepared)) == SQLITE_ROW) {
    const auto* text = sqlite3_column_text(prepared, 0);
    texts.emplace_back(text ? reinterpret_cast<const char*>(text) : "");
  }
  if (code != SQLITE_DONE) throw failed(handle_, code, sql);
  return texts;
}

std::string Connection::first(const std::string& sql) {
  const auto texts = column(sql);
  return texts.empty() ? std::string() : texts.front();
}

void Connection::hold_still() {
  execute("BEGIN");
  first("SELECT 1 FROM sqlite_schema");  // a transaction begins to see with its first statement
}

void Connection::copy_from(Connection& source, int pages, const std::function<void()>& between) {
  auto* backup = sqlite3_backup_init(handle_, "main", source.handle_, "main");
  if (!backup) throw failed(handle_, sqlite3_errcode(handle_), "copying");
  int code = SQLITE_OK;
  try {
    while ((code = sqlite3_backup_step(backup, pages)) == SQLITE_OK) between();
  } catch (...) {
    sqlite3_backup_finish(backup);
    throw;
  }
  code = sqlite3_backup_finish(backup);
  if (code != SQLITE_OK) throw failed(handle_, code, "copying");
}

std::string Connection::quick_check(const std::function<bool()>& stop) {
  if (stop) {
    // SQLite hands the pointer back unchanged; nothing writes through it.
    void* asked = const_cast<std::function<bool()>*>(&stop);
    sqlite3_progress_handler(handle_, kInstructionsBetween, asks_to_stop, asked);
  }
  std::string findings;
  try {
    for (const auto& line : column("PRAGMA quick_check(10)"))
      findings += (findings.empty() ? "" : "\n") + line;
  } catch (const StoreFailure& failure) {
    // A file that is damaged enough cannot even be checked.
    if (failure.code != SQLITE_INTERRUPT && !is_damage(failure)) throw;
    findings = failure.what();
  }
  sqlite3_progress_handler(handle_, 0, nullptr, nullptr);
  return findings == "ok" || (stop && stop()) ? "" : findings;
}

}  // namespace flowyard::controller::store
