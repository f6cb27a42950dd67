// Connection: a plain connection to a database file, to inspect or copy a store: it sets no journal mode and
// migrates nothing. Used from one thread at a time. Failures are thrown as StoreFailure.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "controller/store/sqlite.hpp"

namespace flowyard::controller::store {

// Whether that failure means that the file is no database, or a damaged one.
bool is_damage(const StoreFailure& failure);

class Connection {
 public:
  // Create: the file must not be there yet; only its owner may read it, since a store holds secrets.
  enum class Access { Read, Write, Create };
  Connection(const std::string& path, Access access);
  ~Connection();
  Connection(const Connection&) = delete;

  sqlite3* handle() const { return handle_; }
  void execute(const std::string& sql);
  // The first column of all rows, and of the first row: empty where there is none.
  std::vector<std::string> column(const std::string& sql);
  std::string first(const std::string& sql);
  // Until it is destroyed, this connection sees the store as it is now, whoever writes to it meanwhile.
  void hold_still();
  // Copies all that `source` sees into this connection's file, `pages` at a time, with `between` after each
  // lot.
  void copy_from(Connection& source, int pages, const std::function<void()>& between);
  // The findings of PRAGMA quick_check, a line each; empty: none, or `stop`, polled meanwhile, returned true.
  std::string quick_check(const std::function<bool()>& stop = {});

 private:
  sqlite3* handle_ = nullptr;
};

}  // namespace flowyard::controller::store
