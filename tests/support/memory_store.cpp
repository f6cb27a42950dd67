#include "tests/support/memory_store.hpp"

#include <utility>
#include <vector>

#include "controller/store/sqlite.hpp"

namespace flowyard::test {

namespace store = controller::store;

namespace {

constexpr const char* kStoreFile = "/store.db";

const std::map<std::string, std::string>& empty_store() {
  static const auto content = [] {
    MemoryVfs disk;
    {
      // Small pages: every commit sums up and copies those that it touched.
      store::Database file(kStoreFile, disk.name());
      file.execute("PRAGMA journal_mode=DELETE; PRAGMA page_size=512; VACUUM");
    }
    { const store::Store made(kStoreFile, disk.name()); }
    return disk.content();
  }();
  return content;
}

}  // namespace

struct MemoryStore::Machine {
  MemoryVfs disk;
  std::optional<store::Store> opened;

  static std::vector<std::unique_ptr<Machine>>& idle() {
    static std::vector<std::unique_ptr<Machine>> machines;
    return machines;
  }
};

MemoryStore::MemoryStore() {
  auto& idle = Machine::idle();
  if (idle.empty()) {
    machine_ = std::make_unique<Machine>();
    machine_->disk.begin_with(empty_store());
    machine_->opened.emplace(kStoreFile, machine_->disk.name());
  } else {
    machine_ = std::move(idle.back());
    idle.pop_back();
  }
  machine_->disk.begin_with(empty_store());
}

MemoryStore::~MemoryStore() {
  Machine::idle().push_back(std::move(machine_));
}

MemoryVfs& MemoryStore::disk() {
  return machine_->disk;
}

store::Store& MemoryStore::open() {
  // Without its index SQLite reads the log again, and forgets the pages that it holds.
  machine_->disk.forget_indexes();
  return *machine_->opened;
}

}  // namespace flowyard::test
