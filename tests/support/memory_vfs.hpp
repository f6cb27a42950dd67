// MemoryVfs: a virtual file system of SQLite's whose files are strings, with WAL and all, and whose writes
// fail when a test says so: a disk that is full from its nth write on, until there is room again. One
// connection to a file at a time, on one thread.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace flowyard::test {

class MemoryVfs {
 public:
  MemoryVfs();
  ~MemoryVfs();
  MemoryVfs(const MemoryVfs&) = delete;
  MemoryVfs& operator=(const MemoryVfs&) = delete;

  // As it is registered with SQLite.
  const std::string& name() const { return name_; }

  // After so many more writes that succeed, each fails with "disk full".
  void fail_after(std::uint64_t writes) { left_ = writes; }
  void make_room() { left_.reset(); }
  bool is_full() const { return left_ && *left_ == 0; }
  std::uint64_t writes() const { return writes_; }

  // What it holds, by file name.
  std::map<std::string, std::string> content() const;
  // Holds that and nothing else, with room for more and no write counted. Files may be open: to their
  // connection it is as if another process had written.
  void begin_with(const std::map<std::string, std::string>& files);
  // Of the WALs: made anew by whoever reads next, as after the end of all processes.
  void forget_indexes();

  struct File {
    std::string bytes;
    std::vector<std::unique_ptr<std::string>> shared;  // the regions of a WAL index
  };
  // For the functions behind SQLite's tables. False: the write fails.
  bool may_write();
  std::map<std::string, std::shared_ptr<File>>& files() { return files_; }

 private:
  struct Registration;

  std::string name_;
  std::map<std::string, std::shared_ptr<File>> files_;
  std::optional<std::uint64_t> left_;
  std::uint64_t writes_ = 0;
  std::unique_ptr<Registration> registration_;
};

}  // namespace flowyard::test
