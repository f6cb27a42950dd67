// The part of Store that forgets experiments: at once to whoever looks, bit by bit on the disk. The row of an
// experiment goes first, with a mark that says that rows of others are left; so nothing that lists
// experiments has to know, and a controller that starts goes on with it.
#include <array>
#include <chrono>

#include "controller/store/store.hpp"

namespace flowyard::controller::store {
namespace {

// Of a step; what is begun then is a few rows more, and the disk's own time.
constexpr std::chrono::milliseconds kStepTime{25};

struct Part {
  const char* table;
  const char* keys;  // of its rows
  int rows;          // deleted together: those that hold large values in small numbers
};
constexpr std::array kParts{
    Part{"chunks", "id", 4},
    Part{"file_contents", "rowid", 1},
    Part{"result_files", "experiment, scenario, name", 200},
    Part{"workers", "id", 4},
    Part{"leases", "id", 200},
    Part{"retries", "experiment, first", 200},
    Part{"failures", "experiment, scenario", 200},
    Part{"not_finite", "experiment, first", 200},
    Part{"failed_chunks", "lease, chunk", 200},
    Part{"journal", "id", 200},
    Part{"experiment_files", "experiment, path", 200},
};

// Rows of an experiment that is not there.
class WithoutForeignKeys {
 public:
  explicit WithoutForeignKeys(Database& database) : database_(database) {
    database_.execute("PRAGMA foreign_keys = OFF");
  }
  ~WithoutForeignKeys() { database_.execute("PRAGMA foreign_keys = ON"); }
  WithoutForeignKeys(const WithoutForeignKeys&) = delete;

 private:
  Database& database_;
};

std::string deletion(const Part& part) {
  const std::string table = part.table, keys = part.keys;
  return "DELETE FROM " + table + " WHERE (" + keys + ") IN (SELECT " + keys + " FROM " + table +
         " WHERE experiment = ? LIMIT " + std::to_string(part.rows) + ")";
}

}  // namespace

void Store::forget_experiment(ExperimentId id) {
  const WithoutForeignKeys rows_of_it_stay(database_);
  Transaction transaction(database_);
  database_.prepare("INSERT INTO forgotten VALUES (?)").bind(id.value).run();
  database_.prepare("DELETE FROM counters WHERE experiment = ?").bind(id.value).run();
  database_.prepare("DELETE FROM experiments WHERE id = ?").bind(id.value).run();
  transaction.commit();
}

bool Store::clear_forgotten() {
  std::int64_t id = 0;
  {
    auto query = database_.prepare("SELECT experiment FROM forgotten LIMIT 1");
    if (!query.step()) return false;
    id = query.integer(0);
  }
  const auto until = std::chrono::steady_clock::now() + kStepTime;
  Transaction transaction(database_);
  bool in_time = true;
  for (const auto& part : kParts) {
    const std::string sql = deletion(part);
    do {
      in_time = std::chrono::steady_clock::now() < until;
      if (in_time) database_.prepare(sql).bind(id).run();
    } while (in_time && database_.changes() > 0);
  }
  if (in_time) {
    database_.execute("DELETE FROM files WHERE hash NOT IN (SELECT hash FROM experiment_files)");
    database_.prepare("DELETE FROM forgotten WHERE experiment = ?").bind(id).run();
  }
  transaction.commit();
  return true;
}

}  // namespace flowyard::controller::store
