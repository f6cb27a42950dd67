// A thin typed wrapper around SQLite: Database and Statement. Used from one thread only (the store's).
// Failures of SQLite are of the world (a full disk, a broken file) and are thrown as StoreFailure.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

struct sqlite3;
struct sqlite3_stmt;

namespace flowyard::controller::store {

class StoreFailure : public std::runtime_error {
 public:
  StoreFailure(const std::string& what, int sqlite_code) : std::runtime_error(what), code(sqlite_code) {}
  int code;  // SQLite's primary result code
  bool disk_full() const;
};

struct Blob {
  std::string bytes;
};

class Database;

// A prepared statement borrowed from its Database, which keeps those that are idle by their text.
class Statement {
 public:
  Statement(Database& database, std::string_view sql);
  ~Statement();
  Statement(Statement&&) noexcept;
  Statement(const Statement&) = delete;

  // Binds the next parameter.
  Statement& bind(std::int64_t value);
  Statement& bind(std::uint64_t value) { return bind(static_cast<std::int64_t>(value)); }
  Statement& bind(int value) { return bind(static_cast<std::int64_t>(value)); }
  Statement& bind(double value);
  Statement& bind(std::string_view value);
  Statement& bind(const char* value) { return bind(std::string_view(value)); }
  Statement& bind(const std::string& value) { return bind(std::string_view(value)); }
  Statement& bind(const Blob& value);
  Statement& bind(std::nullopt_t);
  template <class T>
  Statement& bind(const std::optional<T>& value) {
    return value ? bind(*value) : bind(std::nullopt);
  }

  // Moves to the next row; false at the end.
  bool step();
  // Runs to the end.
  void run();

  // Columns of the current row, from 0.
  std::int64_t integer(int column) const;
  std::uint64_t unsigned_integer(int column) const { return static_cast<std::uint64_t>(integer(column)); }
  double real(int column) const;
  std::string text(int column) const;  // also blobs
  bool is_null(int column) const;

 private:
  Database* database_;
  std::vector<sqlite3_stmt*>* home_;  // where it is put again
  sqlite3_stmt* statement_ = nullptr;
  int next_ = 1;
};

class Database {
 public:
  // Opens or creates the file, in WAL mode with synchronous=FULL and foreign keys on. `vfs` names one of
  // SQLite's virtual file systems; empty: the default.
  explicit Database(const std::string& path, const std::string& vfs = {});
  ~Database();
  Database(const Database&) = delete;

  Statement prepare(std::string_view sql) { return {*this, sql}; }
  void execute(const std::string& sql);  // any number of statements, no parameters
  std::int64_t last_id() const;
  std::int64_t changes() const;  // rows that the last statement changed

 private:
  friend class Statement;
  using Idle = std::vector<sqlite3_stmt*>;
  Idle& idle(std::string_view sql);

  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  sqlite3* handle_ = nullptr;
  // By their text; more than one where the same text is used within itself.
  std::unordered_map<std::string, Idle, TextHash, std::equal_to<>> idle_;
};

// Begins at once, rolls back unless commit() was called.
class Transaction {
 public:
  explicit Transaction(Database& database);
  ~Transaction();
  void commit();

 private:
  Database& database_;
  bool open_ = true;
};

}  // namespace flowyard::controller::store
