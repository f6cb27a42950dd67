// MemoryStore: the real Store on a disk in memory, empty at first. The connection and its prepared statements
// are handed from one MemoryStore to the next: to parse schema and statements anew takes longer than many a
// history. Used on one thread.
#pragma once

#include <memory>

#include "controller/store/store.hpp"
#include "tests/support/memory_vfs.hpp"

namespace flowyard::test {

class MemoryStore {
 public:
  MemoryStore();
  ~MemoryStore();
  MemoryStore(const MemoryStore&) = delete;
  MemoryStore& operator=(const MemoryStore&) = delete;

  MemoryVfs& disk();
  // As a process that has just started finds it: by what is on the disk, whatever the one before it had
  // begun.
  controller::store::Store& open();

 private:
  struct Machine;
  std::unique_ptr<Machine> machine_;
};

}  // namespace flowyard::test
